from . import medical_register_xlsx
