"""Duties towards somebody outside the office, and what meets them. No ORM.

A duty is met by a dispatch that reached a state of this table, never by a click of the
office (DESIGN §9.1). Who is told, is told when the message was handed to the other side's
server or carrier; who is served, when that is proven.

>>> met("tell", "email", "sent"), met("serve", "email", "sent")
(True, False)
>>> met("tell", "portal", "sent"), met("tell", "portal", "read")
(False, True)
>>> met("tell", "portal", "delivered"), met("serve", "portal", "delivered")
(True, False)
>>> met("serve", "left", "delivered"), met("serve", "post", "refused")
(True, True)
>>> lacks("hand", "serve", "signed by Li Lei", files=False)
'file'
>>> lacks("post", "serve", "", files=True), lacks("phone", "tell", "to Li Lei at 9", False)
('text', None)
>>> lacks("post", "serve", "posted", files=True), lacks("post", "serve", "RX 12", False)
('number', None)
>>> lacks("phone", "serve", "read out", False, person="Li Lei")
'hour'
>>> lacks(REFUSED, "serve", "shut the door", files=True), lacks("left", "serve", "", True, "Wu")
('witness', None)
"""

import re

#: Channels that need nobody of the office.
AUTOMATIC = ("email", "sms", "portal")
#: Channels by which somebody of the office tells, hands over or posts, and proves it.
BY_HAND = ("hand", "post", "phone", "oral", "left", "public", "fax", "oa")
#: States in which a message left the office and nothing speaks against its arrival.
_LEFT = frozenset({"sent", "delivered", "read"})
#: States in which it is proven that it arrived, or that the addressee would not take it.
_PROVEN = frozenset({"delivered", "read", "refused"})
#: Which states meet a duty, by kind of duty.
MEETS = {
    "tell": _LEFT | _PROVEN,
    "acknowledge": _LEFT | _PROVEN,
    "answer": _LEFT | _PROVEN,
    "serve": _PROVEN,
}
#: Of these, the ways of what cannot wait, the fastest first.
ON_DUTY = ("sms", "email")
#: What the inbox of the portal does not prove.
_ONLY_LAID_IN = ("serve", "delivered")
#: Ways whose proof is a file: the signed receipt, the picture of what was left or put up;
#: what people say of a channel that proves itself as well, such as the addressee's answer.
_FILED = frozenset({"hand", "left", "public", *AUTOMATIC, "fax", "oa"})
#: Not a channel: whoever it was brought to did not take it.
REFUSED = "refused"
#: Ways whose proof names a witness, and ways whose proof names whom somebody talked to.
WITNESSED = frozenset({"left", REFUSED})
TALKED = frozenset({"phone", "oral"})
#: Days after which what is put up in public is taken for served (Civil Procedure Law 95).
PUBLIC_DAYS = 30
#: Minutes between two tries of a channel; after the last one the next channel's turn.
DELAYS = (1, 5, 15, 30, 60, 120, 240, 480)
#: The same for what cannot wait.
ALARM_DELAYS = (1,)


def met(duty, channel, state):
    """Return whether a dispatch in a state meets its duty.

    The portal's inbox alone counts for nobody before they opened it. "Delivered" there
    means that its owner was told outside as well, by number and link; or that they stayed
    unknown and left no other way than their code: then what lies in the inbox is told,
    since nobody could do more. Neither proves service: that takes the reader's own word.

    :param duty: key of :data:`MEETS`
    """
    if channel == "portal" and (state == "sent" or (duty, state) == _ONLY_LAID_IN):
        return False
    return state in MEETS[duty]


def lacks(channel, duty, text, files, person=None, hour=None):
    """Return what a proof lacks, or ``None``.

    :param channel: key of a channel, or :data:`REFUSED`
    :param text: who took it, the carrier's number, how it went
    :param files: whether there is a scan or picture
    :param person: the witness, or whom somebody talked to
    :param hour: of the talk
    :return: ``"file"``, ``"text"``, ``"number"``, ``"witness"``, ``"person"``, ``"hour"``
    """
    filed = channel in _FILED or channel == REFUSED
    if duty == "serve" and filed and not files:
        return "file"
    if not _says(text) and (not filed or not files):
        return "text"
    return _lacks_to_serve(channel, text, person, hour) if duty == "serve" else None


def _lacks_to_serve(channel, text, person, hour):
    """Return what else proves service, by the way it went."""
    if channel == "post" and not re.search(r"\d", text):
        return "number"
    if channel in WITNESSED and not _says(person):
        return "witness"
    if channel in TALKED and not _says(person):
        return "person"
    return "hour" if channel in TALKED and not hour else None


def _says(text):
    return sum(letter.isalnum() for letter in text or "") >= 2
