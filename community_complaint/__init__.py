from odoo.sql_db import Cursor

from . import controllers
from . import models
from . import wizards
from .tools import quiet_sql


# statements that fail name no values, from the first one on
quiet_sql.hush(Cursor)


def uninstall_hook(env):
    """Take the guard of the log away with its tables."""
    env.cr.execute("DROP FUNCTION IF EXISTS complaint_append_only CASCADE")
