from . import complaint_step_dialog
