"""What the form that is being opened got under the record rules already."""


class Opened:
    """Parts of a case that PostgreSQL's rules let one user read, in the context.

    Nobody can put such an object there from outside.
    """

    def __init__(self, user_id):
        self.user_id = user_id
        self.ids = {}

    def add(self, records):
        """Note that a query under the record rules gave these records."""
        self.ids.setdefault(records._name, set()).update(records._ids)

    def allows(self, records, operation):
        """Tell whether all of some records are known to be readable."""
        return (
            operation == "read"
            and records.env.uid == self.user_id
            and self.ids.get(records._name, set()).issuperset(records._ids)
        )


def note_opened(records):
    """Note what a query under the record rules gave, if a form is being opened."""
    opened = records.env.context.get("complaint_opened")
    if isinstance(opened, Opened):
        opened.add(records)


def is_opened(records, operation):
    """Tell whether the form being opened got these records by a query under the rules."""
    opened = records.env.context.get("complaint_opened")
    return isinstance(opened, Opened) and opened.allows(records, operation)
