from . import complaint_notice
