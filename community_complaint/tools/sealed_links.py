"""What of complaint files names somebody: for what changes links past the ORM."""


def sealed_links(targets):
    """Yield ``(records, name)`` of the sealed fields that link to some records.

    :param targets: records of one model
    :return: the records as superuser, drafts and archived ones included
    """
    for model, field in link_fields(targets):
        table = model._seal_table() if hasattr(model, "_seal_table") else None
        if table and field.name in table.sealed:
            records = model.search([(field.name, "in", targets.ids)])
            if records := records._under_seal():
                yield records, field.name


def is_on_file(target):
    """Return whether a record is named by what is sealed, or by what must not lose it."""
    return any(True for _link in sealed_links(target)) or any(
        model.search_count([(field.name, "in", target.ids)], limit=1)
        for model, field in link_fields(target)
        if field.type == "many2one" and field.ondelete == "restrict"
    )


def link_fields(targets):
    """Yield ``(model, field)`` of our stored links to a model.

    The models come as superuser, drafts and archived records included.
    """
    env = targets.env(
        su=True,
        context={**targets.env.context, "active_test": False, "complaint_drafts": True},
    )
    for model, name in targets._links_on_file():
        yield env[model], env[model]._fields[name]


def links_to(registry, target):
    """Return ``(model, field)`` names of our stored links to a model.

    :param registry: models of a database
    :param target: name of a model
    """
    return tuple(
        (name, field.name)
        for name, model in registry.items()
        if not (model._abstract or model._transient) and model._auto
        for field in model._fields.values()
        if field.comodel_name == target and _is_ours(model, field)
    )


def _is_ours(model, field):
    """Return whether a field is stored on a model of complaint files, or added by us."""
    return (
        field.store
        and field.type in ("many2one", "many2many")
        and (
            hasattr(model, "_seal_table")
            or any(name.startswith("community_complaint") for name in field._modules)
        )
    )
