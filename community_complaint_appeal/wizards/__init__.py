from . import complaint_step_dialog
from . import complaint_step_wizard
