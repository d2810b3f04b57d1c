from . import complaint_appeal_wizard
