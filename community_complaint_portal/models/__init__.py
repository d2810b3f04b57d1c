from . import complaint_evidence
from . import complaint_portal_nonce
from . import complaint_regulation_portal
from . import complaint_submission
from . import complaint_submission_check
from . import helpdesk_ticket_portal
from . import helpdesk_ticket_portal_progress
from . import res_partner
