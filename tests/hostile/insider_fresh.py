"""Insiders who go by what the base shares: views, files, accounts, dialogs, imports."""

import base64

from insider_apps import roles
from insider_base import CASE, MISSING, WORD, part_models, target

from tools import databases

#: Whose lists are worth hiding something from.
WATCHERS = ("leader", "manager", "auditor", "custodian")
LISTED = (CASE, "complaint.log", "complaint.deadline", "complaint.dispatch")


def shared_views(ground, who, trial):
    """A filter, a button, a default that stands in everybody's, or the leader's, view."""
    wire = ground.people[who]
    leader = ground.people["leader" if who != "leader" else "auditor"]
    uid, victim = wire.info["uid"], leader.info["uid"]
    hide = {"name": WORD, "domain": "[('id', '=', 0)]", "is_default": True}
    for model in LISTED:
        for users in ([], [uid, victim], [victim]):
            vals = {**hide, "model_id": model, "user_ids": [(6, 0, users)]}
            made = trial.see(wire.call("ir.filters", "create", [vals]), said=(WORD,))
            _hides(leader, model, trial, f"a filter of {model} for {users or 'all'}")
            if not made.error:
                trial.see(wire.call("ir.filters", "unlink", made.result))
        mine = wire.call("ir.filters", "create_filter", {**hide, "model_id": model})
        vals = {**hide, "model_id": model, "user_ids": [(6, 0, [uid])]}
        own = wire.call("ir.filters", "create", [vals])
        for users in ([(5,)], [(4, victim)], [(6, 0, [victim, uid])]):
            if not own.error:
                trial.see(
                    wire.call("ir.filters", "write", own.result, {"user_ids": users})
                )
                _hides(leader, model, trial, f"a filter of {model} passed on {users}")
        for answer in (mine, own):
            if not answer.error:
                ids = answer.result
                ids = ids if isinstance(ids, list) else [ids]
                trial.see(wire.call("ir.filters", "unlink", ids))
    rows = ground.sql(
        "select id from ir_act_window where res_model = any(%s) limit 4", [list(LISTED)]
    )
    for (action,) in rows:
        for owner in (False, victim):
            vals = {
                "name": f"{WORD} {who}",
                "parent_action_id": action,
                "parent_res_model": CASE,
                "python_method": "action_withdraw",
                "user_id": owner,
            }
            made = trial.see(
                wire.call("ir.embedded.actions", "create", [vals]), said=(WORD,)
            )
            seen = leader.call(
                "ir.embedded.actions", "search_count", [["name", "=", vals["name"]]]
            )
            if seen.result:
                trial.success(f"a button for {owner or 'all'} at action {action}")
            if not made.error:
                trial.see(wire.call("ir.embedded.actions", "unlink", made.result))
    for vals in (
        {"user_id": victim, "json_value": '"x"'},
        {"user_id": False, "json_value": '"x"'},
    ):
        [(field,)] = ground.sql(
            "select id from ir_model_fields where model = %s and name = 'demand'",
            [CASE],
        )
        trial.see(wire.call("ir.default", "create", [{"field_id": field, **vals}]))
        trial.see(wire.call("ir.default", "set", CASE, "demand", WORD, vals["user_id"]))
    made = ground.sql(
        "delete from ir_default d using ir_model_fields f where f.id = d.field_id and"
        " f.model = %s and f.name = 'demand' returning d.user_id",
        [CASE],
    )
    if who != "sysadmin" and any(owner != uid for (owner,) in made):
        trial.success("a default of somebody else's new cases")


def _hides(leader, model, trial, note):
    answer = leader.call("ir.filters", "get_filters", model)
    if any(row["name"] == WORD for row in answer.result or ()):
        trial.success(f"{note} stands before the leader")


def taken_over(ground, who, trial):
    """Become a resident: their address, their password, their contact, their cases."""
    wire = ground.people[who]
    known = {
        login: ground.sql(
            "select p.id, p.email, u.id, u.active, u.partner_id from res_users u"
            " join res_partner p on p.id = u.partner_id where u.login = %s",
            [login],
        )[0]
        for login in ("resident1", "resident2")
    }
    partner, email, user, _active, _own = known["resident1"]
    evil = f"{who}@evil.example"
    for model, key, vals in (
        ("res.partner", partner, {"email": evil}),
        ("res.partner", partner, {"active": False}),
        ("res.partner", partner, {"user_ids": [(1, user, {"password": "x" * 12})]}),
        (
            "res.partner",
            partner,
            {"child_ids": [(0, 0, {"name": WORD, "email": evil})]},
        ),
        ("res.partner", partner, {"user_ids": [(4, wire.info["uid"])]}),
        ("res.users", user, {"email": evil}),
        ("res.users", user, {"password": "x" * 12}),
        ("res.users", user, {"partner_id": wire.info.get("partner_id")}),
        ("res.partner", partner, {"signup_type": "reset"}),
    ):
        trial.see(wire.call(model, "write", [key], vals))
        _restore(ground, trial, known, f"{model} {sorted(vals)}")
    for method in (
        *("action_signup_prepare", "signup_prepare", "signup_get_auth_param"),
        *("signup_cancel", "unlink", "action_archive", "toggle_active"),
    ):
        trial.see(wire.call("res.partner", method, [partner]))
        _restore(ground, trial, known, method)
    trial.see(wire.call("res.users", "action_reset_password", [user]))
    context = {"active_ids": [partner], "active_model": "res.partner"}
    for method in (
        "action_revoke_access",
        "action_grant_access",
        "action_invite_again",
    ):
        vals = {"partner_ids": [(6, 0, [partner])]}
        made = trial.see(wire.call("portal.wizard", "create", [vals], context=context))
        if made.error:
            break
        lines = wire.call("portal.wizard", "read", made.result, ["user_ids"])
        for line in lines.result[0]["user_ids"] if lines.result else ():
            trial.see(wire.call("portal.wizard.user", "write", [line], {"email": evil}))
            trial.see(wire.call("portal.wizard.user", method, [line]))
        _restore(ground, trial, known, f"portal.wizard.user {method}")
    name = f"{WORD}{who}"
    mine = wire.call("res.partner", "create", [{"name": name, "email": email}])
    if not mine.error:
        other = mine.result[0]
        vals = {"partner_ids": [(6, 0, [other, partner])], "dst_partner_id": other}
        model = "base.partner.merge.automatic.wizard"
        made = trial.see(wire.call(model, "create", [vals]))
        if not made.error:
            trial.see(wire.call(model, "action_merge", made.result))
        rows = ground.sql("select partner_id from res_users where id = %s", [user])
        if rows[0][0] != partner:
            trial.see(wire.call("res.partner", "write", [other], {"email": evil}))
            mail = ground.sql("select email from res_partner where id = %s", [other])
            if mail[0][0] == evil:
                trial.success("a merged resident gets their mail elsewhere")
            ground.sql(
                "update res_partner set email = %s where id = %s", [email, other]
            )
    share = {"res_model": CASE, "res_id": ground.secrets[0].ticket}
    share["partner_ids"] = [(6, 0, [wire.info.get("partner_id") or 3])]
    made = trial.see(wire.call("portal.share", "create", [share]))
    if not made.error:
        trial.see(wire.call("portal.share", "read", made.result, ["share_link"]))
        trial.see(wire.call("portal.share", "action_send_mail", made.result))


def _restore(ground, trial, known, note):
    """Tell if an account of a resident is not as it was, and make it so again."""
    for login, (partner, email, user, active, own) in known.items():
        [(now, is_active, at)] = ground.sql(
            "select p.email, u.active, u.partner_id from res_users u join res_partner p"
            " on p.id = u.partner_id where u.id = %s",
            [user],
        )
        if (now, is_active, at) == (email, active, own):
            continue
        trial.success(f"{login} by {note}: {now}, active {is_active}, contact {at}")
        ground.sql("update res_partner set email = %s where id = %s", [email, partner])
        ground.sql(
            "update res_users set active = %s, partner_id = %s where id = %s",
            [active, own, user],
        )


def relinked_staff(ground, who, trial):
    """Blind those who watch, or let oneself in, by what members of staff are linked to."""
    wire = ground.people[who]
    planted = ground.cases["planted"]

    def seen():
        return {
            name: set(
                ground.people[name].call(CASE, "search", [["id", "in", planted]]).result
                or ()
            )
            for name in (*WATCHERS, "accused")
        }

    before, told = seen(), _told(ground)
    employees = dict(
        ground.sql(
            "select u.login, e.id from hr_employee e join res_users u on u.id = e.user_id"
        )
    )
    users = dict(ground.sql("select login, id from res_users"))
    accused = employees["accused"]
    for name in WATCHERS:
        for model, key, vals in (
            ("hr.employee", accused, {"user_id": users[name]}),
            ("hr.employee", employees.get(name, accused), {"parent_id": accused}),
            ("hr.employee", employees.get(name, accused), {"department_id": 1}),
            ("res.users", users[name], {"employee_ids": [(4, accused)]}),
        ):
            trial.see(wire.call(model, "write", [key], vals))
    for (unit,) in ground.sql("select id from hr_department"):
        for name in WATCHERS:
            vals = {"manager_id": employees.get(name, accused)}
            trial.see(wire.call("hr.department", "write", [unit], vals))
    trial.see(
        wire.call("hr.employee", "write", [accused], {"user_id": users["accused"]})
    )
    after = seen()
    rows = _told(ground) - told
    for name in (*WATCHERS, "accused"):
        if gained := after[name] - before[name]:
            trial.success(f"{name} sees {gained} more")
        if (lost := before[name] - after[name]) and not rows:
            trial.success(f"{name} lost {lost}, and nobody was told")
        elif lost:
            trial.attempt.found.append(f"{name} lost {lost}; on record: {rows}")


def _told(ground):
    """Return ``{(kind, how many)}`` of the log."""
    rows = ground.sql(
        "select kind, id from complaint_log where kind in ('role_emptied', 'many_named',"
        " 'conflict_set', 'setting_changed')"
    )
    return {f"{kind} {key}" for kind, key in rows}


def renamed(ground, who, trial):
    """Be called otherwise until the complaint about oneself is there."""
    wire, uid = ground.people[who], ground.people[who].info["uid"]
    query = (
        "select p.name, u.partner_id, e.id, e.name from res_users u join res_partner p on"
        " p.id = u.partner_id left join hr_employee e on e.user_id = u.id where u.id = %s"
    )
    [(name, partner, employee, _called)] = ground.sql(query, [uid])
    log = "select count(*) from complaint_log where kind = 'access_changed'"
    before = ground.sql(log)
    for model, key in (
        ("res.users", uid),
        ("res.partner", partner),
        ("hr.employee", employee or MISSING),
    ):
        trial.see(wire.call(model, "write", [key], {"name": f"{WORD}{who}"}))
        trial.see(wire.call(model, "web_save", [key], {"name": f"{WORD}{who}"}, {}))
    [(now, _partner, _employee, called)] = ground.sql(query, [uid])
    if name not in (now, called) and roles(ground, uid) and ground.sql(log) == before:
        trial.success(f"{name} is {now} now, and nobody was told")
    ground.sql("update res_partner set name = %s where id = %s", [name, partner])
    ground.sql("update hr_employee set name = %s where id = %s", [name, employee])


def known_files(ground, who, trial):
    """Who has a file finds out whether it was handed in: same bytes, same fingerprint."""
    wire, hidden = ground.people[who], ground.hidden[who]
    rows = ground.sql(
        "select id, store_fname, mimetype, checksum, res_model, res_id from ir_attachment"
        " where store_fname is not null and res_model = any(%s) order by id desc",
        [[CASE, *part_models(ground)]],
    )
    cases = {}
    for model in part_models(ground):
        table = model.replace(".", "_")
        for key, case in ground.sql(f"select id, ticket_id from {table}"):
            cases[model, key] = case
    tried = 0
    for key, place, mime, checksum, model, record in rows:
        case = record if model == CASE else cases.get((model, record))
        if case not in hidden or tried > 12:
            continue
        tried += 1
        path = databases.filestore(ground.server.database) / place
        data = base64.b64encode(path.read_bytes()).decode()
        vals = {"name": "a", "datas": data, "mimetype": mime}
        answer = trial.see(wire.call("ir.attachment", "create_unique", [vals]))
        if key in (answer.result or ()):
            trial.success(f"create_unique knows file {key} of {model}({record})")
        for domain in (
            [["checksum", "=", checksum]],
            [["store_fname", "=", place]],
            [["checksum", "=", checksum], ["res_field", "!=", False]],
            [["checksum", "=", checksum], ["id", "!=", False]],
        ):
            found = trial.see(wire.call("ir.attachment", "search", domain))
            if key in (found.result or ()):
                trial.success(f"{domain} finds file {key} of {model}({record})")


def file_keys(ground, who, trial):
    """Keys to files that the messenger sends along open nothing without signing in."""
    wire, stranger = ground.people[who], ground.visitor()
    cases = wire.call(CASE, "search", [["is_complaint", "=", True]], limit=40).result
    keys = {}
    for case in cases or ():
        thread = {"thread_model": CASE, "thread_id": case}
        asked = {**thread, "request_list": ["attachments", "followers"]}
        for answer in (
            wire.json("/mail/data", {"fetch_params": [["mail.thread", asked]]}),
            wire.json("/mail/thread/messages", thread),
        ):
            trial.see(answer)
            _keys_in(answer.result, keys)
    for file, words in list(keys.items())[:12]:
        for name, word in words.items():
            for path in (
                f"/web/content/{file}?access_token={word}",
                f"/web/image/{file}?access_token={word}",
                f"/mail/attachment/pdf_first_page/{file}?access_token={word}",
            ):
                answer = stranger.get(path)
                trial.attempt.calls += 1
                kind = answer.headers.get("Content-Disposition", "")
                if answer.status == 200 and "placeholder" not in kind:
                    trial.success(f"{name} opens {path[:40]} to strangers")
            params = {"attachment_id": file, "access_token": word}
            gone = stranger.json("/mail/attachment/delete", params)
            trial.attempt.calls += 1
            if not gone.error and not ground.sql(
                "select 1 from ir_attachment where id = %s", [file]
            ):
                trial.success(f"{name} deletes file {file}")


def _keys_in(value, found):
    """Note ``{id of a file: {name: key}}`` of what is somewhere in a result."""
    if isinstance(value, dict):
        names = [name for name in value if name.endswith("_token") and value[name]]
        if names and isinstance(value.get("id"), int):
            found.setdefault(value["id"], {}).update({n: value[n] for n in names})
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            _keys_in(item, found)


def bent_dialogs(ground, who, trial):
    """Dialogs of one's own made to be about something else; those of others; twice."""
    wire, key = ground.people[who], target(ground, who)
    other = ground.people["busy" if who != "busy" else "handler"]
    # what others look at meanwhile is left alone
    domain = [["is_open", "=", True], ["id", "not in", ground.cases["planted"]]]
    cases = wire.call(CASE, "search", domain, limit=12).result or ()
    steps = [
        name
        for name, needed in ground.methods.get(CASE, {}).items()
        if name.startswith("action_") and not needed
    ]
    phases = dict(ground.sql("select id, phase from helpdesk_ticket"))
    for turn, step in enumerate(steps):
        case = cases[turn % len(cases)] if cases else key
        opened = trial.see(wire.call(CASE, step, [case]))
        action = opened.result if isinstance(opened.result, dict) else {}
        model, dialog = action.get("res_model"), action.get("res_id")
        if action.get("target") != "new" or not model:
            continue
        context = action.get("context")
        context = context if isinstance(context, dict) else {}
        if not dialog:
            made = wire.call(model, "create", [{}], context=context)
            trial.see(made)
            dialog = (made.result or [0])[0]
        if not dialog:
            continue
        for vals in (
            {"res_ids": [key]},
            {"ticket_id": key},
            {"ticket_ids": [(6, 0, [key])]},
            {"step": "close", "states": {str(key): phases.get(key)}},
            {"res_model": CASE, "res_ids": [key]},
            {"create_uid": other.info["uid"]},
        ):
            known = {n: v for n, v in vals.items() if n in ground.fields(model)}
            if known:
                trial.see(wire.call(model, "write", [dialog], known))
        for method, args in (
            ("read", [[]]),
            ("write", [{"text": WORD}]),
            ("action_confirm", []),
            ("unlink", []),
        ):
            answer = trial.see(other.call(model, method, [dialog], *args))
            if answer.result and model not in ground.tables:
                trial.success(f"{model} of {who}: another did {method}")
        texts = {
            name: WORD
            for name, (kind, _r) in ground.fields(model).items()
            if kind in ("text", "char") and name in ("text", "reason", "note")
        }
        trial.see(wire.call(model, "write", [dialog], texts), said=(WORD,))
        for _turn in (1, 2):
            trial.see(wire.call(model, "action_confirm", [dialog]))
        if key in phases:
            [(phase,)] = ground.sql(
                "select phase from helpdesk_ticket where id = %s", [key]
            )
            if phase != phases[key]:
                trial.success(f"{step}: hidden case {key} went on to {phase}")


def nested(ground, who, trial):
    """Parts, messages and files changed through the lists of a case or a setting."""
    wire = ground.people[who]
    cases = [*ground.cases["finished"][:1], target(ground, who)]
    for case in cases:
        for name, (kind, relation) in ground.fields(CASE).items():
            if kind not in ("one2many", "many2many") or not relation:
                continue
            table = relation.replace(".", "_")
            has = {n for n, in ground.sql(
                "select column_name from information_schema.columns where table_name = %s",
                [table],
            )}  # fmt: skip
            part = 0
            if "ticket_id" in has:
                rows = ground.sql(
                    f"select id from {table} where ticket_id = %s limit 1", [case]
                )
                part = rows[0][0] if rows else 0
            for command in (
                (0, 0, {"name": WORD}),
                (1, part, {"name": WORD}),
                (2, part),
                (3, part),
                (4, part or 1),
                (5,),
                (6, 0, []),
            ):
                trial.see(wire.call(CASE, "write", [case], {name: [command]}))
            rows = {name: [[1, part, {"display_name": WORD}]]}
            trial.see(wire.call(CASE, "web_save", [case], rows, {}))
        trial.see(wire.call(CASE, "web_save", [], {}, {"name": {}}, next_id=case))
        trial.see(wire.call(CASE, "web_save_multi", [case], [{"name": WORD}], {}))
        for method, args in (
            ("update_field_translations", ["name", {"zh_CN": WORD}]),
            ("web_override_translations", [{"name": WORD}]),
            ("message_update", [{"subject": WORD}]),
            ("web_resequence", [{"id": {}}]),
            ("message_change_thread", [case]),
            ("message_post", []),
        ):
            trial.see(wire.call(CASE, method, [case], *args))


def base_methods(ground, who, trial):
    """Public methods of the base, on hidden cases and on what hangs on them."""
    wire, key = ground.people[who], target(ground, who)
    about = {CASE: [key]}
    for model, name in (
        ("mail.message", "model"),
        ("mail.activity", "res_model"),
        ("mail.followers", "res_model"),
        ("ir.attachment", "res_model"),
        ("rating.rating", "res_model"),
    ):
        rows = ground.sql(
            f"select id from {model.replace('.', '_')} where {name} = %s and res_id = %s"
            " order by id desc limit 2",
            [CASE, key],
        )
        about[model] = [row for (row,) in rows] or [MISSING]
    for model, ids in about.items():
        for method, needed in ground.base_methods.get(model, {}).items():
            given = [WORD for _name in needed]
            trial.see(wire.call(model, method, ids, *given), said=(WORD,))
            if model == CASE and not needed:
                one = wire.call(model, method, [key])
                two = wire.call(model, method, [MISSING])
                if one.error != two.error and key in ground.hidden[who]:
                    trial.success(f"{method}: {one.error} hidden, {two.error} missing")


def presence(ground, who, trial):
    """When somebody was there tells who filed what came in that minute."""
    wire = ground.people[who]
    logins = [name for name in ("resident1", "resident2", "resident3") if name != who]
    rows = ground.sql("select id, login from res_users where login = any(%s)", [logins])
    users = dict(rows)
    for name in ("login_date", "log_ids", "write_date", "im_status", "device_ids"):
        read = trial.see(wire.call("res.users", "read", list(users), [name]))
        for row in read.result or ():
            if row.get(name) and name in ("login_date", "log_ids"):
                trial.success(f"{name} of {users[row['id']]} is {row[name]}")
    for domain in (
        [["login_date", ">=", "2026-01-01"]],
        [["log_ids.create_date", ">=", "2026-01-01"]],
        [["log_ids", "any", [["create_date", ">=", "2026-01-01"]]]],
        [["partner_id.user_ids.login_date", ">=", "2026-01-01"]],
    ):
        domain = [*domain, ["id", "in", list(users)]]
        found = trial.see(wire.call("res.users", "search_count", domain))
        if found.result:
            trial.success(f"{domain[0]} finds {found.result} residents")
    found = trial.see(wire.call("res.users", "search", [], order="login_date", limit=9))
    for model in (
        *("res.users.log", "res.device", "res.device.log", "mail.presence", "bus.bus"),
        *("website.visitor", "website.track", "mail.push.device", "mail.guest"),
        *("res.users.settings", "auth_totp.device", "res.users.apikeys"),
    ):
        answer = trial.see(wire.call(model, "search_read", [], []))
        for row in answer.result or ():
            owner = row.get("user_id") or row.get("create_uid")
            if owner and owner[0] in users:
                trial.success(f"{model} tells of {users[owner[0]]}")


FRESH = (
    *(shared_views, taken_over, renamed, known_files, file_keys, bent_dialogs, nested),
    *(base_methods, presence),
)
#: What stays changed afterwards comes last.
LAST = (relinked_staff,)
