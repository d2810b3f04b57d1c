"""Insiders who ask: does a count, an order, a group or a condition tell of what is hidden?"""

import json

from insider_base import CASE, WORD, target
from insider_sweeps import LINKS, TEXTS, interesting, ours, secret_words

FEW = ("boolean", "selection", "many2one")
#: Conditions on a text, besides those of the sweeps.
COMPARISONS = ("in", "=ilike", "not ilike", "not in")
AGGREGATES = ("count_distinct", "array_agg", "array_agg_distinct", "max", "min")
#: More than there are.
ALL = 10**6


def linked(ground):
    """Return models that are ours, or lead to one."""
    return [
        name for name in interesting(ground) if ours(name) or _to_ours(ground, name)
    ]


def _to_ours(ground, model):
    return {
        name: relation
        for name, (kind, relation) in ground.fields(model).items()
        if kind in LINKS and relation and ours(relation)
    }


def _readable(wire, model):
    return wire.call(model, "fields_get", [], ["type"]).result or {}


def counts(ground, who, trial):
    """Every way to count comes to the number of records that one may list."""
    wire, context = ground.people[who], {"active_test": False}
    for model in linked(ground):
        found = wire.call(model, "search", [], context=context)
        if found.error:
            continue
        number = len(found.result)
        told = {
            "search_count": wire.call(model, "search_count", [], context=context),
            "limited": wire.call(model, "search_count", [], limit=ALL, context=context),
            "web_search_read": wire.call(
                *(model, "web_search_read", [], {}),
                limit=1, count_limit=ALL, context=context,
            ),
            "grouped": wire.call(
                model, "formatted_read_group", [], [], ["__count"], context=context
            ),
        }  # fmt: skip
        for note, answer in told.items():
            trial.see(answer)
            if _number(answer.result) not in (None, number):
                trial.success(f"{model}: {note} {_number(answer.result)}, not {number}")
        for name, (kind, _relation) in ground.fields(model).items():
            if kind != "many2one" or not ours(model):
                continue
            answer = wire.call(
                *(model, "formatted_read_group", [], [name], ["__count", "id:count"]),
                context=context,
            )
            trial.see(answer)
            rows = answer.result or ()
            if rows and sum(row["__count"] for row in rows) != number:
                trial.success(f"{model} by {name}: not {number}")


def _number(result):
    if isinstance(result, dict):
        return result.get("length")
    if isinstance(result, list):
        return result[0].get("__count") if result else None
    return result


def compared(ground, who, trial):
    """Compare names and texts of ours with canaries and with words that nobody has."""
    wire, words = ground.people[who], secret_words(ground, who)
    for model in linked(ground):
        if not ours(model) or wire.call(model, "search_count", []).error:
            continue
        names = [n for n, (kind, _r) in ground.fields(model).items() if kind in TEXTS]
        for operator in COMPARISONS:
            for start in range(0, len(names), 12):
                part = names[start : start + 12]
                if _differs(wire, trial, model, part, operator, words):
                    for name in part:
                        if _differs(wire, trial, model, [name], operator, words):
                            trial.success(f"{model}.{name} {operator} tells")


def _differs(wire, trial, model, names, operator, words):
    """Return whether canaries find as much as other words, or end in the same error."""
    ends = []
    for turn in (0, 1):
        chosen = [pair[turn] for pair in words]
        leaves = [
            [name, operator, [word] if operator.endswith("in") else word]
            for name in names
            for word in chosen
        ]
        joined = "&" if operator.startswith(("not", "!")) else "|"
        answer = wire.call(model, "search_count", [joined] * (len(leaves) - 1) + leaves)
        trial.see(answer, said=chosen)
        ends.append(answer.error or answer.result)
    if ends[0] == ends[1] and isinstance(ends[0], str) and len(names) > 1:
        # one field that is refused must not hide the others
        return any(
            _differs(wire, trial, model, [name], operator, words) for name in names
        )
    return ends[0] != ends[1]


def aggregates(ground, who, trial):
    """Aggregate, filter by aggregates and sort groups by what one cannot read."""
    wire = ground.people[who]
    for model in linked(ground):
        if not ours(model) or wire.call(model, "search_count", []).error:
            continue
        readable = _readable(wire, model)
        hidden = [name for name in ground.fields(model) if name not in readable]
        for name in hidden:
            for how in AGGREGATES:
                spec = f"{name}:{how}"
                for kwargs in (
                    {"aggregates": [spec]},
                    {"aggregates": ["__count"], "having": [[spec, "!=", False]]},
                    {"aggregates": ["__count"], "order": spec},
                ):
                    answer = wire.call(
                        model, "formatted_read_group", [], ["create_uid"], **kwargs
                    )
                    trial.see(answer)
                    if not answer.error and any(answer.result or ()):
                        trial.success(f"{model} {kwargs} answers")
        for link, relation in _to_ours(ground, model).items():
            for inner in ("name", "description", "vault", "demand", "number"):
                if inner in ground.fields(relation):
                    trial.see(
                        wire.call(
                            *(model, "formatted_read_group", []),
                            ["id"], [f"{link}.{inner}:array_agg"],
                        )
                    )  # fmt: skip


def orders(ground, who, trial):
    """Sort by what lies beyond a link, in lists, groups and nested lists."""
    wire = ground.people[who]
    for model in linked(ground):
        plain = wire.call(model, "search", [], order="id", limit=30)
        if plain.error or not plain.result:
            continue
        for link, relation in _to_ours(ground, model).items():
            readable = _readable(wire, relation)
            for inner in ground.fields(relation):
                if inner in readable and readable:
                    continue
                for order in (f"{link}.{inner}", f"{link}.{inner} desc, id"):
                    answer = wire.call(model, "search", [], order=order, limit=30)
                    trial.see(answer)
                    if answer.result and answer.result != plain.result:
                        trial.success(f"{model} sorts by {order}")
            spec = {link: {"fields": {"display_name": {}}, "order": "description"}}
            trial.see(
                wire.call(model, "web_search_read", [], spec, limit=30, order="id")
            )
        trial.see(wire.call(model, "search", [], order="id; select 1", limit=3))
        trial.see(wire.call(model, "search", [], order="(select 1)", limit=3))


def panels(ground, who, trial):
    """Side panels, progress bars, boards and grouping sets of every model of ours."""
    wire, words = ground.people[who], [word for word, _no in secret_words(ground, who)]
    for model in linked(ground):
        if wire.call(model, "search_count", []).error:
            continue
        for name, (kind, relation) in ground.fields(model).items():
            if kind not in FEW:
                continue
            for method in (
                "search_panel_select_range",
                "search_panel_select_multi_range",
            ):
                if kind == "boolean":
                    continue
                kwargs = {"enable_counters": True, "expand": True, "limit": 200}
                if relation and method.endswith("multi_range"):
                    kwargs["comodel_domain"] = [["id", ">", 0]]
                trial.see(wire.call(model, method, name, **kwargs))
            bar = {"field": name, "colors": {"a": "b"}}
            trial.see(wire.call(model, "read_progress_bar", [], name, bar))
            if kind == "many2one":
                board = {"display_name": {}, name: {"fields": {"display_name": {}}}}
                trial.see(
                    wire.call(
                        *(model, "web_read_group", [], [name], ["__count"]),
                        auto_unfold=True, unfold_read_specification=board,
                        unfold_read_default_limit=50,
                    )
                )  # fmt: skip
        for word in words[:6]:
            trial.see(
                wire.call(model, "web_name_search", word, {"display_name": {}}),
                said=words,
            )


def dates(ground, who, trial):
    """Parts of dates, properties, and odd left sides of conditions."""
    wire, key = ground.people[who], target(ground, who)
    for model in linked(ground):
        if not ours(model) or wire.call(model, "search_count", []).error:
            continue
        for name in (
            *("create_date.year_number", "create_date.tz", "create_uid.password"),
            *("create_uid.login", "write_uid.totp_secret", "message_ids.body"),
            *(
                "id.name",
                "display_name.x",
                "__last_update",
                "create_uid.api_key_ids.name",
            ),
        ):
            trial.see(wire.call(model, "search_count", [[name, ">=", "0"]]))
            trial.see(wire.call(model, "search_count", [[name, "!=", False]]))
        if "ticket_id" in ground.fields(model):
            for operator in ("child_of", "parent_of", "=?", "any", "not any"):
                value = [["id", "=", key]] if "any" in operator else key
                none = [["id", "=", ALL]] if "any" in operator else ALL
                one = wire.call(model, "search_count", [["ticket_id", operator, value]])
                two = wire.call(model, "search_count", [["ticket_id", operator, none]])
                trial.same(
                    trial.see(one), trial.see(two), (key, ALL), f"{model} {operator}"
                )


def exports(ground, who, trial):
    """Export as a workbook, in groups, by paths that one cannot read."""
    wire = ground.people[who]
    token = wire.token("/odoo")
    for model in linked(ground):
        if not ours(model) or wire.call(model, "search_count", []).error:
            continue
        paths = [".id", "display_name", "create_uid/partner_id/email"]
        paths += [n for n, (k, _r) in ground.fields(model).items() if k in TEXTS][:15]
        for link, relation in _to_ours(ground, model).items():
            known = ground.fields(relation)
            inner = [n for n in ("name", "description", "vault") if n in known]
            paths += [f"{link}/{name}" for name in inner]
        groups = [n for n, (k, _r) in ground.fields(model).items() if k in FEW][:2]
        for chosen, grouped in ((paths, []), (paths[:3], groups)):
            data = {
                "model": model,
                "fields": [{"name": n, "label": n, "type": "char"} for n in chosen],
                "ids": False,
                "domain": [],
                "import_compat": False,
                "groupby": grouped,
                "context": {"active_test": False},
            }
            form = {"csrf_token": token, "data": json.dumps(data)}
            for kind in ("csv", "xlsx"):
                trial.see(wire.post(f"/web/export/{kind}", form))
        params = {"model": model, "domain": [], "prefix": "", "parent_name": ""}
        trial.see(wire.json("/web/export/get_fields", params))


def imports(ground, who, trial):
    """Imports that are tried and taken back: messages, matches by name, links by id."""
    wire, key = ground.people[who], target(ground, who)
    words = [pair for pair in secret_words(ground, who) if pair[0].isalpha()]
    for model in (CASE, "complaint.respondent", "complaint.evidence"):
        for column in (
            "ticket_id",
            "team_id",
            "user_id",
            "partner_id",
            "respondent_ids",
        ):
            if column not in ground.fields(model):
                continue
            for word, other in words[:4]:
                shapes = []
                for text in (word, other):
                    rows = [["name", column], [WORD, text]]
                    shapes.append(
                        trial.see(
                            wire.call(model, "load", rows[0], [rows[1]]), said=words
                        )
                    )
                trial.same(*shapes, (word, other), f"{model} import by {column}")
        made = wire.call(
            "base_import.import",
            "create",
            [{"res_model": model, "file_name": "a.csv", "file_type": "text/csv"}],
        )
        if made.error:
            trial.see(made)
            continue
        for head, cell in ((".id", key), ("id", f"__export__.x_{key}"), ("name", WORD)):
            text = f"{head},name\n{cell},{WORD}\n"
            wire.send(
                "/base_import/set_file",
                {"import_id": made.result[0]},
                [("file", "a.csv", text.encode(), "text/csv")],
                page="/odoo",
            )
            options = {"has_headers": True, "separator": ",", "quoting": '"'}
            fields = [head, "name"]
            for dry in (True, False):
                trial.see(
                    wire.call(
                        *("base_import.import", "execute_import", made.result),
                        *(fields, fields, options, dry),
                    ),
                    said=(WORD,),
                )
        trial.see(
            wire.call("base_import.import", "parse_preview", made.result, options)
        )


ORACLES = (counts, compared, aggregates, orders, panels, dates, exports, imports)
