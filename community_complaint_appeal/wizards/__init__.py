from . import complaint_step_dialog
from . import complaint_adoption_wizard
