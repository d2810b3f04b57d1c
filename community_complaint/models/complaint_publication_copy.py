"""What is published is a copy (THREATS 26): names of today do not change it."""


def kept_names(record):
    """Return the name of a record in all languages, ``{code: text}``."""
    field = record._fields["name"]
    if not field.translate:
        return {"en_US": record.name}
    return field._get_stored_translations(record) or {}


def in_language(record, names):
    """Return a name that was kept, in the language of a record's reader."""
    return (
        names.get(record.env.lang) or names.get("en_US") or next(iter(names.values()))
    )
