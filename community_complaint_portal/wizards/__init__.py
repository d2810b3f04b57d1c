from . import complaint_receipt_wizard
