from . import complaint_appeal_wizard
from . import complaint_step_wizard
