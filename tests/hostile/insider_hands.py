"""Insiders who try one thing after the other with cases they must not see or change."""

import base64

from insider_base import CASE, MISSING, WORD, part_models, target


def read_by_id(ground, who, trial):
    wire, ids = ground.people[who], ground.hidden[who][:8] or [MISSING]
    for method, args in (
        ("read", [["name", "description", "number"]]),
        ("read", []),
        ("web_read", [{"display_name": {}, "description": {}}]),
        ("get_formview_id", []),
        ("get_formview_action", []),
        ("get_access_action", []),
        ("get_metadata", []),
        ("get_external_id", []),
        ("export_data", [["name", "description"]]),
        ("copy", []),
        ("copy_data", []),
        ("get_field_translations", ["name"]),
        ("message_get_suggested_recipients", []),
        ("get_base_url", []),
    ):
        for key in ids[:3]:
            trial.see(wire.call(CASE, method, [key], *args))
        trial.see(wire.call(CASE, method, ids, *args))


def hidden_like_missing(ground, who, trial):
    """A hidden case answers like one that is not there."""
    wire, key = ground.people[who], target(ground, who)
    if key == MISSING:
        return
    for method, args in (
        ("read", [["name"]]),
        ("web_read", [{"name": {}}]),
        ("write", [{"name": WORD}]),
        ("web_save", [{"name": WORD}, {"name": {}}]),
        ("unlink", []),
        ("copy", []),
        ("exists", []),
        ("get_metadata", []),
        ("message_post", []),
        ("message_subscribe", [[3]]),
        ("activity_schedule", []),
        ("action_accept", []),
        ("action_close", []),
        ("export_data", [["name"]]),
        ("check_access", ["read"]),
        ("has_access", ["read"]),
        ("get_formview_action", []),
        ("message_unsubscribe", [[3]]),
        ("activity_unlink", [["mail.mail_activity_data_todo"]]),
        ("action_archive", []),
        ("toggle_active", []),
    ):
        one = trial.see(wire.call(CASE, method, [key], *args))
        two = trial.see(wire.call(CASE, method, [MISSING], *args))
        trial.same(one, two, (key, MISSING), method)


def parts_like_missing(ground, who, trial):
    """So does a part of it, of every kind."""
    wire = ground.people[who]
    hidden = ground.hidden[who]
    for model in part_models(ground):
        table = model.replace(".", "_")
        rows = ground.sql(
            f"select id from {table} where ticket_id = any(%s) limit 1", [hidden]
        )
        for (key,) in rows:
            for method, args in (
                ("read", [[]]),
                ("write", [{}]),
                ("unlink", []),
                ("web_read", [{"display_name": {}}]),
            ):
                one = trial.see(wire.call(model, method, [key], *args))
                two = trial.see(wire.call(model, method, [MISSING], *args))
                trial.same(one, two, (key, MISSING), f"{model}.{method}")


def write_hidden(ground, who, trial):
    wire, key = ground.people[who], target(ground, who)
    for vals in (
        {"name": WORD},
        {"active": False},
        {"user_id": wire.info.get("uid")},
        {"team_id": 1},
        {"stage_id": 1},
        {"confidentiality": "open"},
        {"conflict_user_ids": [(5,)]},
        {"recused_user_ids": [(5,)]},
        {"message_follower_ids": [(0, 0, {"partner_id": 3, "res_model": CASE})]},
        {"partner_id": 3},
        {"company_id": 1},
    ):
        trial.see(wire.call(CASE, "write", [key], vals))
        trial.see(wire.call(CASE, "web_save", [key], vals, {"name": {}}))


def onchange_parts(ground, who, trial):
    """A new part's form is told the hidden case it belongs to and reads along."""
    wire, key = ground.people[who], target(ground, who)
    inner = {"display_name": {}, "name": {}, "description": {}, "partner_name": {}}
    for model in part_models(ground):
        known = ground.fields(model)
        spec = {name: {} for name in list(known)[:60] if known[name][0] != "binary"}
        spec["ticket_id"] = {"fields": inner}
        for values, names in (({"ticket_id": key}, ["ticket_id"]), ({}, [])):
            trial.see(
                wire.call(
                    *(model, "onchange", [], values, names, spec),
                    context={"default_ticket_id": key, "active_id": key},
                ),
                said=(key,),
            )


def defaults(ground, who, trial):
    wire, key = ground.people[who], target(ground, who)
    for model in part_models(ground):
        names = list(ground.fields(model))
        context = {
            "default_ticket_id": key,
            "active_id": key,
            "active_ids": [key],
            "active_model": CASE,
            "default_res_id": key,
            "default_res_model": CASE,
        }
        trial.see(wire.call(model, "default_get", names, context=context))
        trial.see(wire.call(model, "name_create", WORD, context=context))


def create_parts(ground, who, trial):
    """Forge parts in a case one must not see."""
    wire, key = ground.people[who], target(ground, who)
    for model in part_models(ground):
        for vals in (
            {"ticket_id": key, "name": WORD},
            {"ticket_id": key},
            {"ticket_id": key, "name": WORD, "kind": "partner", "partner_id": 3},
            {"ticket_id": key, "summary": WORD, "kind": "visit"},
        ):
            trial.see(wire.call(model, "create", [vals]))


def import_over(ground, who, trial):
    wire, key = ground.people[who], target(ground, who)
    for fields, row in (
        ([".id", "name"], [str(key), WORD]),
        ([".id", "active"], [str(key), "0"]),
        (["id", "name"], [f"__export__.helpdesk_ticket_{key}", WORD]),
        (["name", "team_id/.id", "message_ids/.id"], [WORD, "1", "1"]),
    ):
        trial.see(wire.call(CASE, "load", fields, [row]))
    for model in part_models(ground):
        trial.see(
            wire.call(model, "load", ["ticket_id/.id", "name"], [[str(key), WORD]])
        )


def talk(ground, who, trial):
    """Chatter of a hidden case by the messenger's own routes."""
    wire, key = ground.people[who], target(ground, who)
    thread = {"thread_model": CASE, "thread_id": key}
    for path, params in (
        ("/mail/thread/messages", thread),
        ("/mail/thread/messages", {**thread, "fetch_params": {"search_term": "a"}}),
        (
            "/mail/message/post",
            {**thread, "post_data": {"body": WORD, "message_type": "comment"}},
        ),
        (
            "/mail/thread/subscribe",
            {"res_model": CASE, "res_id": key, "partner_ids": [3]},
        ),
        ("/mail/thread/recipients", {**thread, "message_id": 1}),
        ("/mail/thread/recipients/fields", {"thread_model": CASE}),
        ("/mail/thread/recipients/get_suggested_recipients", thread),
        (
            "/mail/data",
            {
                "fetch_params": [
                    [
                        "mail.thread",
                        {
                            **thread,
                            "request_list": [
                                *("followers", "attachments", "activities"),
                                *("suggestedRecipients", "scheduledMessages"),
                            ],
                        },
                    ]
                ]
            },
        ),
        ("/mail/read_subscription_data", {"follower_id": 1}),
        ("/mail/thread/unsubscribe", {"res_model": CASE, "res_id": key}),
        ("/discuss/search", {"term": WORD}),
        ("/mail/history/messages", {}),
        ("/mail/starred/messages", {}),
        ("/mail/inbox/messages", {}),
    ):
        trial.see(wire.json(path, params), said=(WORD,))


def thread_counts(ground, who, trial):
    """The messenger says the same of hidden and of missing cases."""
    wire, key = ground.people[who], target(ground, who)

    def asked(case):
        lists = ["followers", "attachments", "activities"]
        thread = {"thread_model": CASE, "thread_id": case, "request_list": lists}
        return wire.json("/mail/data", {"fetch_params": [["mail.thread", thread]]})

    if key != MISSING:
        trial.same(
            trial.see(asked(key)), trial.see(asked(MISSING)), (key, MISSING), "data"
        )


def messages_of_hidden(ground, who, trial):
    """Every message of a hidden case by its id, as one who reacts, stars, forwards."""
    wire = ground.people[who]
    rows = ground.sql(
        "select id from mail_message where model = %s and res_id = any(%s)"
        " order by id desc limit 12",
        [CASE, ground.hidden[who]],
    )
    for (key,) in rows:
        trial.see(wire.call("mail.message", "read", [key], ["body", "author_id"]))
        trial.see(wire.call("mail.message", "toggle_message_starred", [key]))
        trial.see(wire.call("mail.message", "set_message_done", [key]))
        reaction = {"message_id": key, "content": "x", "action": "add"}
        trial.see(wire.json("/mail/message/reaction", reaction))
        trial.see(
            wire.json(
                "/mail/message/update_content",
                {"message_id": key, "update_data": {"body": WORD}},
            )
        )
        trial.see(wire.json("/mail/message/translate", {"message_id": key}))
        trial.see(wire.json("/mail/link_preview", {"message_id": key}))
        trial.see(wire.call("mail.message", "write", [key], {"model": False}))
        trial.see(wire.call("mail.message", "unlink", [key]))
        trial.see(
            wire.call(
                "mail.message",
                "create",
                [{"parent_id": key, "body": WORD, "model": False}],
            )
        )


def files(ground, who, trial):
    """Every file of hidden cases and their parts: by id, by field, copied, moved."""
    wire = ground.people[who]
    models = [
        CASE,
        *part_models(ground),
        "complaint.identity",
        "complaint.inbound.mail",
    ]
    rows = ground.sql(
        "select id, res_model, res_id, res_field from ir_attachment"
        " where res_model = any(%s) order by id desc limit 400",
        [models],
    )
    tables = {}
    hidden = set(ground.hidden[who])
    chosen = []
    for key, model, record, name in rows:
        case = record
        if model != CASE:
            case = _case_of(ground, model, record, tables)
        if case in hidden and len(chosen) < 14:
            chosen.append((key, model, record, name))
    for key, model, record, name in chosen:
        seen = [
            wire.get(f"/web/content/{key}"),
            wire.get(f"/web/content/{key}?download=1&access_token="),
            wire.get(f"/web/image/{key}/100x100"),
            wire.call("ir.attachment", "read", [key], ["datas", "name", "checksum"]),
            wire.call("ir.attachment", "generate_access_token", [key]),
            wire.call("ir.attachment", "copy", [key], {"res_model": False}),
            wire.call(
                "ir.attachment",
                "write",
                [key],
                {"res_model": "res.users", "public": True},
            ),
            wire.call("ir.attachment", "unlink", [key]),
            wire.json("/mail/attachment/delete", {"attachment_id": key}),
            wire.get(f"/mail/attachment/zip?file_ids={key}&zip_name=a.zip"),
        ]
        if name:
            seen.append(wire.get(f"/web/content/{model}/{record}/{name}"))
            seen.append(
                wire.get(f"/web/content?model={model}&id={record}&field={name}")
            )
        for answer in seen:
            trial.see(answer)
            if _is_file(answer):
                trial.success(f"file {key} of {model} {record} came")


def _is_file(answer):
    """Return whether a file came, no page and no picture that stands for one."""
    kind = answer.headers.get("Content-Type", "")
    return (
        answer.status == 200
        and answer.content is None
        and len(answer.body) > 200
        and "placeholder" not in answer.headers.get("Content-Disposition", "")
        and not kind.startswith("image/")
    )


def _case_of(ground, model, record, known):
    table = model.replace(".", "_")
    if table not in known:
        known[table] = bool(
            ground.sql(
                "select 1 from information_schema.columns where table_name = %s"
                " and column_name = 'ticket_id'",
                [table],
            )
        )
    if not known[table]:
        return None
    rows = ground.sql(f"select ticket_id from {table} where id = %s", [record])
    return rows[0][0] if rows else None


def upload_into(ground, who, trial):
    """Put a file into a hidden case."""
    wire, key = ground.people[who], target(ground, who)
    data = base64.b64encode(WORD.encode()).decode()
    for model in (CASE, *part_models(ground)):
        vals = {"name": "a.txt", "datas": data, "res_model": model, "res_id": key}
        trial.see(wire.call("ir.attachment", "create", [vals]))
    form = {
        "csrf_token": wire.token("/odoo"),
        "thread_id": key,
        "thread_model": CASE,
        "is_pending": "false",
    }
    parts = [("ufile", "a.txt", b"x", "text/plain")]
    trial.see(wire.post("/mail/attachment/upload", form, parts))
    form = {"csrf_token": form["csrf_token"], "model": CASE, "id": key}
    trial.see(wire.post("/web/binary/upload_attachment", form, parts))


def forge_papers(ground, who, trial):
    """Put a file in the place of a paper, a signature, a piece of evidence on file."""
    wire = ground.people[who]
    data = base64.b64encode(WORD.encode()).decode()
    rows = ground.sql(
        "select distinct on (res_model, res_field) id, res_model, res_id, res_field,"
        " checksum from ir_attachment where res_model like 'complaint.%'"
    )
    for key, model, record, name, checksum in rows:
        place = {"res_model": model, "res_id": record}
        place |= {"res_field": name} if name else {}
        vals = {"name": name or "a.pdf", "datas": data, **place}
        made = trial.see(wire.call("ir.attachment", "create", [vals]))
        mine = wire.call("ir.attachment", "create", [{"name": "a", "datas": data}])
        if not mine.error:
            moved = trial.see(wire.call("ir.attachment", "write", mine.result, place))
            if moved.result and name:
                trial.success(f"a file moved into {model}({record}).{name}")
        if not made.error and name:
            trial.success(f"a file stands in {model}({record}).{name}")
            trial.see(wire.call("ir.attachment", "unlink", made.result))
        for vals in (
            *({"datas": data}, {"raw": WORD}, {"name": WORD}, {"res_id": 1}),
            *({"res_model": "res.partner"}, {"type": "url", "url": "https://x.y"}),
            *({"checksum": "x"}, {"mimetype": "text/html"}, {"store_fname": "a/b"}),
        ):
            trial.see(wire.call("ir.attachment", "write", [key], vals))
        trial.see(wire.call("ir.attachment", "unlink", [key]))
        if name:
            trial.see(wire.call(model, "write", [record], {name: data}))
        stored = ground.sql(
            "select checksum, res_model, res_id from ir_attachment where id = %s", [key]
        )
        if stored != [(checksum, model, record)]:
            trial.success(f"file {key} of {model}({record}) is another: {stored}")


def printed(ground, who, trial):
    """Every paper of every kind, of hidden cases, by the base's routes and ours."""
    wire = ground.people[who]
    hidden, key = ground.hidden[who], target(ground, who)
    rows = ground.sql(
        "select report_name, model from ir_act_report_xml"
        " where model like 'complaint.%%' or model = 'helpdesk.ticket'"
    )
    for name, model in rows:
        ids = [key]
        if model != CASE:
            ids = _parts(ground, model, hidden)[:1] or [MISSING]
        for kind in ("html", "text"):
            trial.see(wire.get(f"/report/{kind}/{name}/{','.join(map(str, ids))}"))
    for path in (
        f"/complaint/forms/registration/{key}",
        f"/complaint/forms/register/{key}",
        f"/complaint/sheets/register/{key}",
        f"/complaint/notices/{_first(ground, 'complaint.notice', hidden)}",
        f"/complaint/custody/{_first(ground, 'complaint.custody.act', hidden)}",
        f"/complaint/preview/complaint.notice/"
        f"{_first(ground, 'complaint.notice', hidden)}",
        f"/complaint/preview/helpdesk.ticket/{key}",
        f"/complaint/publications/{_first_of(ground, 'complaint_publication')}/paper",
        f"/complaint/meetings/minutes/{_first_of(ground, 'complaint_meeting')}",
        f"/complaint/mail/{_first_of(ground, 'complaint_inbound_mail')}/9999999999/x",
        f"/my/complaints/{key}",
        f"/report/pdf/helpdesk_mgmt.report_ticket/{key}",
        f"/odoo/helpdesk.ticket/{key}",
        f"/mail/view?model=helpdesk.ticket&res_id={key}",
    ):
        answer = trial.see(wire.get(path))
        if answer.body[:5] == b"%PDF-" and _is_about(ground, who, answer.text):
            trial.success(f"{path} printed")


def _is_about(ground, who, text):
    numbers = ground.sql(
        "select number from helpdesk_ticket where id = any(%s)", [ground.hidden[who]]
    )
    return any(number and number in text for (number,) in numbers)


def _parts(ground, model, cases):
    table = model.replace(".", "_")
    column = ground.sql(
        "select 1 from information_schema.columns where table_name = %s"
        " and column_name = 'ticket_id'",
        [table],
    )
    if not column:
        return []
    rows = ground.sql(f"select id from {table} where ticket_id = any(%s)", [cases])
    return [key for (key,) in rows]


def _first(ground, model, cases):
    return (_parts(ground, model, cases) or [MISSING])[0]


def _first_of(ground, table):
    rows = ground.sql(f"select id from {table} order by id limit 1")
    return rows[0][0] if rows else MISSING


def dialogs(ground, who, trial):
    """Dialogs opened for a hidden case, read and confirmed; those of colleagues."""
    wire, key = ground.people[who], target(ground, who)
    rows = ground.sql(
        "select model from ir_model where transient and not abstract"
        " and (model like 'complaint.%%' or model like 'helpdesk%%')"
    )
    for (model,) in rows:
        known = ground.fields(model)
        context = {"active_model": CASE, "active_id": key, "active_ids": [key]}
        context |= {"default_ticket_id": key, "default_ticket_ids": [key]}
        vals = {}
        for name, (kind, relation) in known.items():
            if relation == CASE:
                vals[name] = key if kind == "many2one" else [(6, 0, [key])]
        spec = {name: {} for name, (kind, _r) in known.items() if kind != "binary"}
        names = [*vals] or []
        for given in (vals, {}):
            for ids, told in (([], names), ([], [])):
                trial.see(
                    wire.call(
                        model, "onchange", ids, given, told, spec, context=context
                    ),
                    said=(key,),
                )
            made = trial.see(wire.call(model, "create", [given], context=context))
            if not made.error:
                trial.see(wire.call(model, "read", made.result, []))
                for method in (
                    "action_confirm",
                    "action_apply",
                    "action_done",
                    "confirm",
                ):
                    trial.see(wire.call(model, method, made.result, context=context))
        table = model.replace(".", "_")
        for (other,) in ground.sql(
            f"select id from {table} where create_uid != %s limit 3",
            [wire.info.get("uid")],
        ):
            trial.see(wire.call(model, "read", [other], []))
            trial.see(wire.call(model, "write", [other], {}))


def public_methods(ground, who, trial):
    """Every public method of ours, on a hidden case and on a part of it."""
    wire = ground.people[who]
    hidden = ground.hidden[who]
    for model, methods in ground.methods.items():
        if model == CASE:
            key = target(ground, who)
        else:
            parts = _parts(ground, model, hidden) if model in ground.tables else []
            key = parts[0] if parts else MISSING
        for method, needed in methods.items():
            given = [WORD for _name in needed]
            trial.see(wire.call(model, method, [key], *given), said=(WORD,))
            if not needed:
                trial.see(wire.call(model, method))


HANDS = (
    *(dialogs, public_methods, forge_papers),
    *(
        read_by_id,
        hidden_like_missing,
        parts_like_missing,
        write_hidden,
        onchange_parts,
    ),
    *(defaults, create_parts, import_over, talk, thread_counts, messages_of_hidden),
    *(files, upload_into, printed),
)
