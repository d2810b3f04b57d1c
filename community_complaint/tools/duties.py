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
"""

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


def lacks(channel, duty, text, files):
    """Return what a proof of service lacks: ``"text"``, ``"file"``, or ``None``.

    :param text: who took it, the carrier's number, witness, or time and person of a call
    :param files: whether there is a scan or picture
    """
    if duty == "serve" and channel in _FILED and not files:
        return "file"
    said = sum(letter.isalnum() for letter in text or "")
    if said < 2 and (channel not in _FILED or not files):
        return "text"
    return None
