"""Tests of plain Python: no Odoo, no database."""

from hypothesis import HealthCheck, settings
from without_odoo import load_tools

load_tools()

# the first example of a calendar builds its table, and machines may be busy
settings.register_profile(
    "pure", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("pure")
