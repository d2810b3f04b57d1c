from . import test_emergency
from . import test_medical_case
from . import test_medical_event
from . import test_medical_paper
from . import test_medical_publication
from . import test_mend_medical
from . import test_review_medical
