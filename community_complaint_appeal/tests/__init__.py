from . import test_appeal
