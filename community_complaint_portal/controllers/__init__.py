from . import public
from . import my_complaints
from . import case
from . import appeal
from . import filing
from . import helpdesk
