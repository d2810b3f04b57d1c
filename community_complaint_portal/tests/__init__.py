from . import test_filing
from . import test_filing_bad_input
from . import test_uploads
