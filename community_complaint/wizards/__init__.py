from . import complaint_deadline_wizard
from . import complaint_holiday_wizard
from . import complaint_inbound_mail_wizard
from . import complaint_step_wizard
from . import complaint_vault_wizard
from . import complaint_person_wizard
from . import complaint_text_wizard
from . import complaint_recuse_wizard
