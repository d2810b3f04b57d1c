"""Every tile of “My desk” × every state of what it counts × every role.

A tile tells how many records its list shows, however the desk comes to know it.
"""

import sweep_people as people
from sweep_office import TICKET, SweepOffice

from odoo.tests import tagged

from odoo.addons.community_complaint.models.helpdesk_ticket_desk import MOST


@tagged("post_install", "-at_install")
class TestSweepDesk(SweepOffice):
    """One record of each model waits in each of its states, or is hidden."""

    def setUp(self):
        super().setUp()
        self.staff = [role for role in people.STAFF if self._tiles(role)]

    def _tiles(self, role):
        user = self.people[role]
        if not user.has_group("community_complaint.group_complaint_staff"):
            return []
        return self.as_role(self.env[TICKET], role)._desk_tiles()

    def _models(self):
        """Return the models that somebody's tile counts."""
        found = {tile.model for role in self.staff for tile in self._tiles(role)}
        return self.plant_samples(sorted(found))

    def _differ(self, role):
        """Return ``{tile: (on the tile, in the list)}`` where both differ, and a sum."""
        self.env.flush_all()
        self.env.invalidate_all()
        tickets, tiles = self.as_role(self.env[TICKET], role), self._tiles(role)
        counts = tickets._desk_counts(tiles)
        listed = {
            tile.key: tickets.env[tile.model].search_count(
                tickets._desk_domain(tile.key), limit=None if tile.scope else MOST
            )
            for tile in tiles
        }
        return {
            key: (counts[key], number)
            for key, number in listed.items()
            if counts[key] != number
        }, sum(listed.values())

    def _swept(self):
        """Yield ``(place, role, what differs, how many are listed)``."""
        for model in self._models():
            for state in self.states(model):
                self.put(self.sample(model), state, "-")
                for role in self.staff:
                    yield (f"{model} {state}", role, *self._differ(role))

    def test_tiles_count_what_their_lists_show(self):
        listed = 0
        for place, role, differ, number in self._swept():
            self.assertFalse(differ, f"{place}: {role}")
            listed += number
        self.assertTrue(listed, "nothing waited for anybody")

    def test_tiles_of_who_is_excluded(self):
        """What is hidden counts for nobody, though it is there."""
        self._models()
        for role in self.staff:
            self._recuse(self.case, self.people[role])
            self.assertFalse(self._differ(role)[0], role)
