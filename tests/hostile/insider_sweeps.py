"""Insiders who try every model and every field: read, search, group, sort, export."""

import secrets as random_words

#: Of every sweep: models without a word of people, large and slow.
DULL = (
    *("ir.model.fields", "ir.model.data", "ir.ui.view", "ir.model", "ir.model.access"),
    *("ir.model.fields.selection", "ir.model.relation", "ir.model.constraint"),
    *("ir.asset", "res.country.state", "res.currency.rate", "ir.module.module"),
    *("ir.module.module.dependency", "website.page", "theme.ir.ui.view"),
)
TEXTS = ("char", "text", "html")
LINKS = ("many2one", "one2many", "many2many")
OURS = ("helpdesk.ticket", "complaint.")


def interesting(ground):
    """Return the models that are swept."""
    return [name for name in ground.models() if name not in DULL]


def ours(model):
    return model.startswith(OURS)


def read_everything(ground, who, trial):
    """Every record one can list, with every field one can read."""
    wire = ground.people[who]
    for model in interesting(ground):
        answer = wire.call(
            *(model, "search_read", []),
            limit=400,
            context={"active_test": False, "bin_size": True},
        )
        if answer.error and "AccessError" not in answer.error:
            # one field that cannot be read must not hide the others
            names = [n for n in ground.fields(model) if n not in ("id",)]
            for name in names:
                trial.see(wire.call(model, "search_read", [], [name], limit=200))
            continue
        trial.see(answer)


def read_nested(ground, who, trial):
    """What lists show of linked cases and parts: names and texts two links away."""
    wire = ground.people[who]
    inside = {"display_name": {}, "name": {}, "description": {}}
    for model in interesting(ground):
        links = {
            name: relation
            for name, (kind, relation) in ground.fields(model).items()
            if kind in LINKS and relation
        }
        spec = {}
        for name, relation in links.items():
            known = ground.fields(relation)
            spec[name] = {"fields": {n: {} for n in inside if n in known}}
        if spec:
            answer = wire.call(
                model, "web_search_read", domain=[], specification=spec, limit=200
            )
            trial.see(answer)


def export_everything(ground, who, trial):
    """Export with paths through all links to cases and identities."""
    wire = ground.people[who]
    for model in interesting(ground):
        fields = ground.fields(model)
        paths = []
        for name, (kind, relation) in fields.items():
            if kind in LINKS and relation and (ours(relation) or ours(model)):
                known = ground.fields(relation)
                paths += [
                    f"{name}/{n}"
                    for n, (k, _relation) in known.items()
                    if k in TEXTS and "key" not in n
                ][:12]
        if not paths:
            continue
        found = wire.call(model, "search", [], limit=100)
        if not found.result:
            trial.see(found)
            continue
        answer = trial.see(wire.call(model, "export_data", found.result, paths))
        for path in paths if answer.error else ():
            # one that is refused must not hide the others
            trial.see(wire.call(model, "export_data", found.result[:2], [path]))


def search_texts(ground, who, trial):
    """Search every text for a canary, and for a word of the same form that is nowhere."""
    wire = ground.people[who]
    words = secret_words(ground, who)
    for model in interesting(ground):
        names = [n for n, (kind, _r) in ground.fields(model).items() if kind in TEXTS]
        _compare(wire, trial, model, names, words)


def search_paths(ground, who, trial):
    """The same through every link, two links deep where it leads to ours."""
    wire = ground.people[who]
    words = secret_words(ground, who)
    for model in interesting(ground):
        paths = []
        for name, (kind, relation) in ground.fields(model).items():
            if kind not in LINKS or not relation or relation in DULL:
                continue
            for inner, (k, deeper) in ground.fields(relation).items():
                if k in TEXTS:
                    paths.append(f"{name}.{inner}")
                elif k in LINKS and deeper and ours(deeper) and ours(relation):
                    known = ground.fields(deeper)
                    paths += [
                        f"{name}.{inner}.{n}"
                        for n, (t, _r) in known.items()
                        if t in TEXTS
                    ]
        _compare(wire, trial, model, paths, words)


def secret_words(ground, who):
    """Return ``[(canary, word that nobody has)]`` of what somebody must not know."""
    return [
        (word, _false_word(word))
        for secret in ground.secrets
        if who not in secret.knows
        for word in secret.words
    ]


def _false_word(word):
    """Return a word of the same form that nobody has."""
    if word.isdigit():
        return word[:3] + str(random_words.randbelow(10**8)).zfill(8)
    if word.isascii():
        return f"{random_words.token_hex(4)}{word[8:]}"
    return "龘" * len(word)


def _compare(wire, trial, model, names, words, size=40):
    """Count with canaries and with words that are nowhere, many fields at once."""
    for start in range(0, len(names), size):
        part = names[start : start + size]
        true = _count(wire, model, part, [word for word, _false in words])
        if true.error:
            trial.see(true)
            if "AccessError" in true.error and len(part) > 1 and start == 0:
                probe = wire.call(model, "search_count", [])
                if probe.error:
                    return
            if len(part) > 1:
                _compare(wire, trial, model, part, words, max(len(part) // 4, 1))
            continue
        false = _count(wire, model, part, [word for _word, word in words])
        trial.see(true)
        trial.see(false)
        if true.result != false.result:
            for name in part:
                for word, other in words:
                    one = _count(wire, model, [name], [word])
                    two = _count(wire, model, [name], [other])
                    if one.result != two.result:
                        trial.success(f"{model}.{name} finds {word}: {one.result}")


def _count(wire, model, names, words):
    leaves = [[name, "ilike", word] for name in names for word in words]
    return wire.call(model, "search_count", ["|"] * (len(leaves) - 1) + leaves)


def group_everything(ground, who, trial):
    """Group every model by every field, with counts and lists of values."""
    wire = ground.people[who]
    for model in interesting(ground):
        if wire.call(model, "search_count", []).error:
            continue
        for name, (kind, _relation) in ground.fields(model).items():
            if kind in ("char", "many2one", "many2many", "selection"):
                answer = wire.call(
                    model, "formatted_read_group", [], [name], ["__count"], limit=300
                )
                trial.see(answer)
                if ours(model) or kind == "many2one":
                    trial.see(
                        wire.call(
                            *(model, "formatted_read_group", [], ["id"]),
                            [f"{name}:array_agg"],
                            limit=300,
                        )
                    )


def group_paths(ground, who, trial):
    """Group by what lies beyond a link."""
    wire = ground.people[who]
    for model in interesting(ground):
        for name, (kind, relation) in ground.fields(model).items():
            if kind != "many2one" or not relation or not ours(relation):
                continue
            for inner, (k, _r) in ground.fields(relation).items():
                if k in ("char", "text"):
                    trial.see(
                        wire.call(
                            *(model, "formatted_read_group", []),
                            [f"{name}.{inner}"],
                            ["__count"],
                        )
                    )


def sort_by_secrets(ground, who, trial):
    """Sort by hidden fields: the order of what one sees must not tell."""
    wire = ground.people[who]
    for model in interesting(ground):
        if not ours(model):
            continue
        if wire.call(model, "search_count", []).error:
            continue
        readable = wire.call(model, "fields_get", [], ["type"]).result or {}
        for name in ground.fields(model):
            if name in readable:
                continue
            for order in (name, f"{name} desc", f"{name}.name"):
                answer = trial.see(
                    wire.call(model, "search", [], order=order, limit=20)
                )
                if not answer.error and answer.result:
                    plain = wire.call(model, "search", [], limit=20)
                    if plain.result != answer.result:
                        trial.success(f"{model} sorts by unreadable {order}")


def find_by_name(ground, who, trial):
    """Look every model up by canaries as a form's field does."""
    wire = ground.people[who]
    words = secret_words(ground, who)
    for model in interesting(ground):
        for word, other in words:
            one = wire.call(model, "name_search", word, [], "ilike", 8)
            if one.error:
                trial.see(one)
                break
            two = wire.call(model, "name_search", other, [], "ilike", 8)
            trial.see(one)
            trial.same(one, two, (word, other), f"{model}.name_search")


def compare_ids(ground, who, trial):
    """Compare links with the ids of hidden cases: equal to what nobody has."""
    wire = ground.people[who]
    hidden = ground.hidden[who][:25]
    for model in interesting(ground):
        for name, (kind, relation) in ground.fields(model).items():
            if kind not in LINKS or not relation or not ours(relation):
                continue
            for operator in ("in", "any"):
                value = hidden if operator == "in" else [["id", "in", hidden]]
                none = [10**8] if operator == "in" else [["id", "in", [10**8]]]
                one = wire.call(model, "search_count", [[name, operator, value]])
                if relation != "helpdesk.ticket" and not one.error:
                    # ids of parts are numbers as well
                    keys = _keys(ground, relation, hidden)
                    value = keys if operator == "in" else [["id", "in", keys]]
                    one = wire.call(model, "search_count", [[name, operator, value]])
                two = wire.call(model, "search_count", [[name, operator, none]])
                trial.see(one)
                trial.see(two)
                if one.error != two.error or one.result != two.result:
                    ids = wire.call(model, "search", [[name, operator, value]]).result
                    if not _mine(ground, who, model, ids):
                        trial.success(f"{model}.{name} {operator}: {one.result}")


def _keys(ground, model, cases):
    """Return ids of parts of cases."""
    table = model.replace(".", "_")
    found = ground.sql(
        "select 1 from information_schema.columns where table_name = %s"
        " and column_name = 'ticket_id'",
        [table],
    )
    if not found or not cases:
        return [10**8]
    rows = ground.sql(f"select id from {table} where ticket_id = any(%s)", [cases])
    return [key for (key,) in rows] or [10**8]


def _mine(ground, who, model, ids):
    """Whether found records tell nothing of hidden cases: they are the asker's own."""
    if model in ("res.users", "res.partner", "res.users.settings"):
        return False
    return not ids


def any_by_force(ground, who, trial):
    """Operators that ask no rights, and odd ones."""
    wire = ground.people[who]
    for operator in ("any!", "not any!", "inselect", "=?", "parent_of", "child_of"):
        for model, name in (
            ("helpdesk.ticket", "identity_ids"),
            ("helpdesk.ticket", "message_ids"),
            ("res.partner", "user_ids"),
            ("res.users", "partner_id"),
            ("helpdesk.ticket.team", "ticket_ids"),
            ("mail.message", "author_id"),
        ):
            for secret in ground.secrets:
                if who in secret.knows:
                    continue
                inner = [["id", "=", secret.ticket]]
                answer = trial.see(
                    wire.call(model, "search_count", [[name, operator, inner]])
                )
                other = wire.call(
                    model, "search_count", [[name, operator, [["id", "=", 10**8]]]]
                )
                trial.same(answer, other, (), f"{model}.{name} {operator}")


SWEEPS = (
    *(read_everything, read_nested, export_everything, search_texts, search_paths),
    *(group_everything, group_paths, sort_by_secrets, find_by_name, compare_ids),
    any_by_force,
)
