from . import complaint_notice
from . import helpdesk
