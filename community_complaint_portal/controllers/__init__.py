from . import quiet_log
from . import public
from . import my_complaints
from . import case
from . import filing
from . import anonymous
from . import track
from . import helpdesk
