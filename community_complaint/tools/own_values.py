"""What people may say themselves when they create a record."""


def own_values(model, vals, keep=()):
    """Return the values of a new record without fields that are read only in Python.

    They are worked out or written by buttons; code with all rights may give them.

    :param model: empty recordset of the model
    :param vals: ``{field: value}``
    :param keep: names of such fields that are given once, when it is created
    """
    if model.env.su:
        return dict(vals)
    return {
        name: value
        for name, value in vals.items()
        if name in keep or name not in model._fields or not model._fields[name].readonly
    }
