from . import test_others_chinese
