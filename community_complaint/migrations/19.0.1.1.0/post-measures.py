"""Measures that offices had already get what the product knows of them today.

They belong to the office, so that the data file does not touch them any more.
"""

from odoo import SUPERUSER_ID, api

#: ``(paper, on record, months)`` by the measure's xmlid.
SETTINGS = {
    "correction_order": ("correction", False, 0),
    "criticism": ("correction", False, 0),
    "written_warning": ("warning", True, 6),
    "circulated_criticism": ("circulated", True, 6),
    "suspension": ("discipline", True, 3),
    "demotion": ("discipline", True, 24),
    "removal": ("discipline", True, 24),
    "judiciary": ("referral", False, 0),
    "commendation": ("commendation", True, 0),
}


def migrate(cr, _version):
    """Run after the add-on is loaded."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, (paper, on_record, duration) in SETTINGS.items():
        measure = env.ref(f"community_complaint.measure_{name}", False)
        # what an office has set already is its own
        if measure and not (measure.paper or measure.on_record or measure.duration):
            measure.write(
                {"paper": paper, "on_record": on_record, "duration": duration}
            )
