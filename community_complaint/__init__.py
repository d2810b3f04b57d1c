from . import controllers
from . import models
from . import wizards


def uninstall_hook(env):
    """Take the guard of the log away with its tables."""
    env.cr.execute("DROP FUNCTION IF EXISTS complaint_append_only CASCADE")
