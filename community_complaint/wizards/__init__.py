from . import complaint_step_wizard
