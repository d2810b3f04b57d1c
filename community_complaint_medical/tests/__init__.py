from . import test_emergency
from . import test_mend_medical
from . import test_review_medical
