from . import complaint_form
from . import complaint_mail
from . import complaint_notice
from . import helpdesk
from . import complaint_custody
from . import export
from . import complaint_publication
from . import complaint_meeting
