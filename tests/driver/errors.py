"""What a screen does not let somebody do."""

from odoo.exceptions import UserError


class NotOffered(AssertionError):
    """The screen does not have it, or does not show it to this person now.

    :param why: what is missing
    :param read: notes that the person reads on the screen
    :param offered: what there is instead
    :ivar told: what the person is told: why, and the notes
    """

    def __init__(self, why, read=(), offered=()):
        self.told = " | ".join([why, *read])
        offers = ", ".join(offered)
        super().__init__(f"{self.told}; there is: {offers}" if offers else self.told)


class NotFilledIn(UserError):
    """The screen asks for more before it sends anything, and says for what."""
