"""Insiders who go by other apps, by the base's settings, and by every public method."""

import base64
import json

from insider_base import CASE, MISSING, WORD, confidential, part_models, target
from insider_chatter import PEEK


def leads(ground, who, trial):
    """Draw a case into the sales pipeline."""
    wire, key = ground.people[who], confidential(ground, who)
    for vals in (
        {"name": WORD, "ticket_id": key},
        {"name": WORD, "ticket_ids": [(4, key)]},
    ):
        answer = trial.see(wire.call("crm.lead", "create", [vals]))
        if not answer.error:
            trial.see(wire.call("crm.lead", "read", answer.result, []))
            number = ground.sql("select number from helpdesk_ticket where id=%s", [key])
            text = wire.call("crm.lead", "read", answer.result, []).text
            if key in ground.hidden[who] and number and number[0][0] in text:
                trial.success("a lead names a hidden case")
    for method in ("action_create_lead", "create_lead", "action_convert_to_lead"):
        trial.see(wire.call(CASE, method, [key]))
    for model in ("helpdesk.ticket.create.lead", "crm.lead2opportunity.partner"):
        context = {"active_id": key, "active_ids": [key], "active_model": CASE}
        answer = trial.see(wire.call(model, "create", [{}], context=context))
        if not answer.error:
            for method in (
                "action_helpdesk_ticket_to_lead",
                "action_apply",
                "create_lead",
            ):
                trial.see(wire.call(model, method, answer.result, context=context))
    trial.see(wire.call("crm.lead", "search_read", [], []))


def tasks(ground, who, trial):
    """Draw a case into a project."""
    wire, key = ground.people[who], confidential(ground, who)
    made = trial.see(wire.call("project.project", "create", [{"name": WORD}]))
    project = (made.result or [1])[0]
    for model, vals in (
        (
            "project.task",
            {"name": WORD, "project_id": project, "ticket_ids": [(4, key)]},
        ),
        ("project.task", {"name": WORD, "ticket_ids": [(6, 0, [key])]}),
        ("project.project", {"name": WORD, "ticket_ids": [(4, key)]}),
        ("project.milestone", {"name": WORD, "project_id": project}),
    ):
        answer = trial.see(wire.call(model, "create", [vals]))
        if not answer.error:
            trial.see(wire.call(model, "read", answer.result, []))
    for vals in ({"project_id": project}, {"task_id": 1}, {"milestone_id": 1}):
        trial.see(wire.call(CASE, "write", [key], vals))
    for name in ("ticket_count", "todo_ticket_count", "ticket_ids", "label_tickets"):
        trial.see(wire.call("project.project", "search_read", [], [name]))
        trial.see(wire.call("project.task", "search_read", [], [name]))
    one = wire.call("project.project", "search_count", [["ticket_ids", "=", key]])
    two = wire.call("project.project", "search_count", [["ticket_ids", "=", MISSING]])
    trial.same(trial.see(one), trial.see(two), (key, MISSING), "project.ticket_ids")


def mailings(ground, who, trial):
    """Mail to everybody of cases, test mails to oneself, lists of addresses."""
    wire, key = ground.people[who], confidential(ground, who)
    for model in (CASE, "complaint.identity", "complaint.dispatch", "res.partner"):
        rows = ground.sql("select id from ir_model where model = %s", [model])
        if not rows:
            continue
        vals = {
            "subject": PEEK,
            "body_arch": PEEK,
            "body_html": PEEK,
            "mailing_model_id": rows[0][0],
            "mailing_domain": f"[('id','=',{key})]",
        }
        answer = trial.see(wire.call("mailing.mailing", "create", [vals]), said=(PEEK,))
        if answer.error:
            continue
        mailing = answer.result[0]
        if model != "res.partner":
            trial.see(wire.call("mailing.mailing", "read", [mailing], []))
        test = {"mass_mailing_id": mailing, "email_to": f"{who}@xiangyang.example"}
        made = trial.see(wire.call("mailing.mailing.test", "create", [test]))
        if not made.error:
            trial.see(wire.call("mailing.mailing.test", "send_mail_test", made.result))
        for method in (
            *("action_put_in_queue", "action_launch", "action_send_mail"),
            *("_get_remaining_recipients", "action_retry_failed", "action_test"),
            "action_view_traces_scheduled",
        ):
            trial.see(wire.call("mailing.mailing", method, [mailing]))
        trial.see(wire.call("mailing.mailing", "convert_links", [mailing]))
        trial.see(wire.call("mailing.mailing", "write", [mailing], {"active": False}))
        text = ground.sql(
            "select string_agg(concat(g.subject, m.body_html, m.email_to), ' ') from mail_mail"
            " m join mail_message g on g.id = m.mail_message_id where m.create_uid = %s",
            [wire.info.get("uid")],
        )
        trial.scan(str(text))
    trial.see(wire.call("mailing.trace", "search_read", [], []))
    trial.see(wire.call("mailing.contact", "search_read", [], []))
    vals = {"name": WORD, "mailing_domain": "[]", "mailing_model_id": 1}
    trial.see(wire.call("mailing.filter", "create", [vals]))
    trial.see(wire.call("link.tracker", "search_read", [], []))
    trial.see(wire.call("utm.source", "search_read", [], []))


def surveys(ground, who, trial):
    """Surveys, their invitations and answers."""
    wire = ground.people[who]
    trial.see(wire.call("survey.user_input", "search_read", [], []))
    vals = {"title": WORD, "access_mode": "token"}
    made = trial.see(wire.call("survey.survey", "create", [vals]))
    if not made.error:
        invite = {"survey_id": made.result[0], "subject": PEEK, "body": PEEK}
        for extra in (
            {"model": CASE, "res_ids": str([confidential(ground, who)])},
            {"template_id": 1},
        ):
            answer = trial.see(
                wire.call("survey.invite", "create", [{**invite, **extra}])
            )
            if not answer.error:
                trial.see(wire.call("survey.invite", "read", answer.result, []))
                trial.see(wire.call("survey.invite", "action_invite", answer.result))
    trial.see(wire.call("complaint.satisfaction", "search_read", [], []))


def staff_files(ground, who, trial):
    """What the files of employees show of measures and cases."""
    wire = ground.people[who]
    for model in (
        *("hr.employee", "hr.employee.public", "hr.version", "hr.department"),
        *("hr.leave", "hr.leave.allocation", "resource.resource", "hr.job"),
        *("complaint.discipline", "complaint.discipline.record", "complaint.conflict"),
        *("complaint.delegation", "complaint.roster", "hr.employee.category"),
    ):
        trial.see(wire.call(model, "search_read", [], []))
        for name, (_kind, relation) in ground.fields(model).items():
            if relation and relation.startswith(("complaint.", CASE)):
                trial.see(wire.call(model, "search_read", [], [name]))
                trial.see(
                    wire.call(model, "search_count", [[f"{name}.ticket_id", ">", 0]])
                )
                trial.see(wire.call(model, "search_count", [[name, "!=", False]]))
    [(accused,)] = ground.sql(
        "select e.id from hr_employee e join res_users u on u.id = e.user_id"
        " where u.login = 'accused'"
    )
    if who in ("hrofficer", "sysadmin", "accused"):
        # a conflict must not go away with the link between employee and user
        trial.see(wire.call("hr.employee", "write", [accused], {"user_id": False}))
        about = next(s for s in ground.secrets if s.name == "about the accused")
        seen = ground.people["accused"].call(
            CASE, "search_count", [["id", "=", about.ticket]]
        )
        if seen.result:
            trial.success("the accused sees the case when the employee loses the user")
        [(user,)] = ground.sql("select id from res_users where login = 'accused'")
        trial.see(wire.call("hr.employee", "write", [accused], {"user_id": user}))
        trial.see(wire.call("hr.employee", "action_archive", [accused]))
        trial.see(wire.call("hr.employee", "unlink", [accused]))
        trial.see(wire.call("hr.employee", "action_unarchive", [accused]))


def calendars(ground, who, trial):
    """A day off of one's own becomes one of the office; leaves by the other app."""
    wire = ground.people[who]
    rows = ground.sql("select id from resource_calendar order by id")
    for (calendar,) in rows:
        for extra in ({}, {"resource_id": 1}, {"company_id": 1}):
            vals = {
                "name": WORD,
                "calendar_id": calendar,
                "date_from": "2026-12-01 00:00:00",
                "date_to": "2026-12-31 00:00:00",
                **extra,
            }
            answer = trial.see(wire.call("resource.calendar.leaves", "create", [vals]))
            if not answer.error:
                trial.see(
                    wire.call(
                        *("resource.calendar.leaves", "write", answer.result),
                        {"resource_id": False},
                    )
                )
                trial.see(
                    wire.call("resource.calendar.leaves", "unlink", answer.result)
                )
        trial.see(wire.call("resource.calendar", "write", [calendar], {"tz": "UTC"}))
        day = {"calendar_id": calendar, "date": "2026-12-05", "name": WORD}
        trial.see(wire.call("complaint.working.day", "create", [day]))
    stress = {
        "name": WORD,
        "start_date": "2026-12-01",
        "end_date": "2026-12-31",
        "color": 1,
    }
    trial.see(wire.call("hr.leave.mandatory.day", "create", [stress]))


def filters(ground, who, trial):
    """Filters, exports, dashboards and favourites that are somebody else's."""
    wire = ground.people[who]
    bad = "[('description','ilike',(lambda: open('/etc/passwd').read())())]"
    for vals in (
        {"name": WORD, "model_id": CASE, "domain": "[]", "user_ids": []},
        {"name": WORD, "model_id": CASE, "domain": bad, "context": "{'su': True}"},
        {"name": WORD, "model_id": CASE, "sort": '["(select 1)"]', "domain": "[]"},
    ):
        answer = trial.see(wire.call("ir.filters", "create", [vals]), said=(WORD,))
        if not answer.error:
            trial.see(wire.call("ir.filters", "get_filters", CASE))
            trial.see(wire.call("ir.filters", "unlink", answer.result))
    trial.see(wire.call("ir.exports", "search_read", [], []))
    trial.see(wire.call("spreadsheet.dashboard", "search_read", [], []))
    for (key,) in ground.sql("select id from spreadsheet_dashboard"):
        for method in ("get_readonly_dashboard", "join_spreadsheet_session"):
            trial.see(wire.call("spreadsheet.dashboard", method, [key]))
        trial.see(wire.json(f"/spreadsheet/dashboard/data/{key}", {}))
        trial.see(wire.get(f"/spreadsheet/dashboard/data/{key}"))
    params = {"model": "spreadsheet.dashboard", "dashboard_id": 1}
    trial.see(wire.call("spreadsheet.dashboard.share", "create", [params]))


def programs(ground, who, trial):
    """Server actions, scheduled actions, automations: code that runs with all rights."""
    wire = ground.people[who]
    [(model,)] = ground.sql("select id from ir_model where model = %s", [CASE])
    code = (
        "action = env['complaint.identity'].sudo().search([]).mapped('name')"
        "\nraise UserError(str(action))"
    )
    for name, vals in (
        (
            "ir.actions.server",
            {"name": WORD, "model_id": model, "state": "code", "code": code},
        ),
        (
            "ir.actions.server",
            {
                "name": WORD,
                "model_id": model,
                "state": "object_write",
                "update_path": "confidentiality",
                "value": "open",
            },
        ),
        ("ir.cron", {"name": WORD, "model_id": model, "state": "code", "code": code}),
        (
            "ir.actions.report",
            {"name": WORD, "model": CASE, "report_name": "web.layout"},
        ),
        (
            "ir.ui.view",
            {"name": WORD, "model": CASE, "type": "form", "arch": "<form/>"},
        ),
        ("ir.rule", {"name": WORD, "model_id": model, "domain_force": "[(1,'=',1)]"}),
        (
            "ir.model.access",
            {"name": WORD, "model_id": model, "perm_read": 1, "perm_write": 1},
        ),
        (
            "ir.model.fields",
            {
                "name": "x_peek",
                "model_id": model,
                "ttype": "char",
                "related": "identity_ids.name",
                "field_description": WORD,
            },
        ),
        ("base.automation", {"name": WORD, "model_id": model, "trigger": "on_write"}),
    ):
        answer = trial.see(wire.call(name, "create", [vals]), said=(WORD, code))
        if answer.error:
            continue
        made = answer.result
        if name == "ir.actions.server":
            context = {
                "active_model": CASE,
                "active_id": ground.secrets[0].ticket,
                "active_ids": [ground.secrets[0].ticket],
            }
            trial.see(wire.call(name, "run", made, context=context))
            trial.see(
                wire.json("/web/action/run", {"action_id": made[0], "context": context})
            )
        if name == "ir.model.fields":
            trial.see(wire.call(CASE, "search_read", [], ["x_peek"]))
        trial.see(wire.call(name, "unlink", made))
    for key in [key for (key,) in ground.sql("select id from ir_act_server limit 300")]:
        if who not in ("sysadmin",):
            context = {"active_model": CASE, "active_ids": [target(ground, who)]}
            params = {"action_id": key, "context": context}
            answer = wire.json("/web/action/run", params)
            trial.attempt.calls += 1
            trial.attempt.refusals += bool(answer.error)
            trial.scan(answer.text)


def watchers(ground, who, trial):
    """Audit logs and mail tracking over cases and identities."""
    wire = ground.people[who]
    for name in (CASE, "complaint.identity", "complaint.dispatch", "mail.message"):
        [(model,)] = ground.sql("select id from ir_model where model = %s", [name])
        vals = {
            "name": f"{WORD} {name}",
            "model_id": model,
            "log_type": "full",
            "log_read": True,
            "log_write": True,
            "log_create": True,
            "log_unlink": True,
            "log_export_data": True,
        }
        answer = trial.see(wire.call("auditlog.rule", "create", [vals]), said=(WORD,))
        if not answer.error:
            done = trial.see(wire.call("auditlog.rule", "subscribe", answer.result))
            if not done.error and name != "mail.message":
                trial.success(f"an audit rule watches {name}")
            trial.see(wire.call("auditlog.rule", "unsubscribe", answer.result))
    for model in (
        *("auditlog.log", "auditlog.log.line", "auditlog.log.line.view"),
        *("auditlog.http.request", "auditlog.http.session"),
        *("mail.tracking.email", "mail.tracking.event"),
    ):
        trial.see(wire.call(model, "search_read", [], []))
    for secret in ground.secrets:
        if who not in secret.knows:
            for word in secret.words:
                for name in ("recipient", "recipient_address", "name", "sender"):
                    domain = [[name, "ilike", word]]
                    count = wire.call("mail.tracking.email", "search_count", domain)
                    trial.see(count)
                    if count.result:
                        trial.success(f"mail.tracking.email.{name} finds {word}")


def privacy(ground, who, trial):
    """The look-up of persons, merging contacts, recycling records."""
    wire = ground.people[who]
    for secret in ground.secrets:
        if who in secret.knows:
            continue
        for word in secret.words[:3]:
            shapes = []
            for text in (word, "龘" * len(word)):
                vals = {"name": text, "email": f"{text}@secret.example"}
                if "@" in text:
                    vals = {"name": "nobody", "email": text}
                answer = trial.see(
                    wire.call("privacy.lookup.wizard", "create", [vals]), said=(text,)
                )
                if answer.error:
                    break
                found = wire.call(
                    "privacy.lookup.wizard", "action_lookup", answer.result
                )
                trial.see(found, said=(text,))
                read = wire.call(
                    *("privacy.lookup.wizard", "read", answer.result),
                    ["line_ids", "line_count", "records_description"],
                )
                trial.see(read)
                shapes.append(read.result and read.result[0].get("line_count"))
            if len(set(shapes)) > 1:
                trial.success(f"privacy look-up tells {word}: {shapes}")
    for method in ("action_start_automated_process", "action_start_manual_process"):
        vals = {"group_by_name": True, "group_by_email": True}
        answer = trial.see(
            wire.call("base.partner.merge.automatic.wizard", "create", [vals])
        )
        if not answer.error and method.endswith("manual_process"):
            trial.see(
                wire.call("base.partner.merge.automatic.wizard", method, answer.result)
            )
    rows = ground.sql("select partner_id from res_users where login like 'resident%'")
    ids = [key for (key,) in rows]
    for model in ("data_recycle.model", "data_recycle.record", "complaint.disclosure"):
        trial.see(wire.call(model, "search_read", [], []))
    for name in (
        *(
            "helpdesk_ticket_ids",
            "helpdesk_ticket_count",
            "helpdesk_ticket_active_count",
        ),
        *(
            "helpdesk_ticket_count_string",
            "complaint_ids",
            "ticket_count",
            "meeting_ids",
        ),
        *("opportunity_ids", "task_ids", "starred_message_ids", "rating_ids"),
        *("message_ids", "activity_ids", "identity_ids", "sms_ids"),
    ):
        read = trial.see(wire.call("res.partner", "read", ids, [name]))
        for row in read.result or ():
            if name.startswith("helpdesk") and row.get(name) not in (
                0,
                False,
                [],
                "",
                "0",
                "0/0",
                "0 / 0",
            ):
                trial.success(f"res.partner.{name} counts {row}")
        one = trial.see(
            wire.call(
                "res.partner", "search_count", [[name, "!=", False], ["id", "in", ids]]
            )
        )
        if one.result and name.startswith(("helpdesk", "complaint")):
            trial.success(f"res.partner.{name} finds {one.result}")


def rights(ground, who, trial):
    """Give oneself a role, a company, a password, another's session."""
    wire = ground.people[who]
    uid = wire.info.get("uid")
    users = dict(ground.sql("select login, id from res_users"))
    before = roles(ground, uid)
    if who == "sysadmin":
        # what an administrator may do is seen: see docs/administrators.rst
        return
    rows = ground.sql(
        "select res_id from ir_model_data where model = 'res.groups'"
        " and module = 'community_complaint'"
    )
    for (group,) in rows:
        trial.see(wire.call("res.users", "write", [uid], {"group_ids": [(4, group)]}))
        trial.see(wire.call("res.groups", "write", [group], {"user_ids": [(4, uid)]}))
    for login in ("custodian", "leader", "manager", "admin"):
        trial.see(
            wire.call("res.users", "write", [users[login]], {"password": "gotcha"})
        )
        vals = {"user_id": users[login], "new_passwd": "gotcha"}
        trial.see(wire.call("change.password.user", "create", [vals]))
        trial.see(wire.call("res.users.apikeys", "create", [{"user_id": users[login]}]))
        trial.see(wire.call("res.users", "action_reset_password", [users[login]]))
        trial.see(
            wire.call("res.users", "write", [users[login]], {"email": "e@vil.example"})
        )
        trial.see(wire.call("res.partner", "write", [3], {"email": "e@vil.example"}))
    trial.see(wire.call("res.users", "write", [uid], {"company_ids": [(4, 1)]}))
    trial.see(wire.call("res.users", "write", [uid], {"partner_id": 3}))
    trial.see(
        wire.call("ir.config_parameter", "get_param", "community_complaint.secret")
    )
    trial.see(wire.call("ir.config_parameter", "get_param", "database.secret"))
    trial.see(
        wire.call(
            "ir.config_parameter", "set_param", "community_complaint.uninstall", "1"
        )
    )
    gained = roles(ground, uid) - before
    if gained:
        trial.success(f"has {len(gained)} roles more")


def roles(ground, uid):
    """Return the ids of the roles of ours that a user has."""
    rows = ground.sql(
        "select gid from res_groups_users_rel r join ir_model_data d on d.res_id ="
        " r.gid and d.model = 'res.groups' and d.module = 'community_complaint'"
        " where r.uid = %s",
        [uid],
    )
    return {gid for (gid,) in rows}


def desk_settings(ground, who, trial):
    """Settings of the base that steer complaints."""
    wire = ground.people[who]
    for model, vals in (
        (
            "helpdesk.ticket.stage",
            {"name": WORD, "closed": True, "complaint_phase": False},
        ),
        ("helpdesk.ticket.team", {"name": WORD, "user_ids": [(4, wire.info["uid"])]}),
        ("helpdesk.ticket.team", {"active": False}),
        ("helpdesk.ticket.team", {"alias_name": "evil"}),
        ("helpdesk.ticket.channel", {"name": WORD}),
        ("helpdesk.ticket.type", {"name": WORD}),
        ("complaint.measure", {"name": WORD}),
        ("complaint.canned.text", {"body": WORD}),
        ("complaint.sla.policy", {"quantity": 99}),
        ("complaint.regulation", {"name": WORD}),
        ("complaint.complainant.kind", {"name": WORD}),
        ("complaint.cause", {"name": WORD}),
        ("ir.sequence", {"number_next_actual": 1, "prefix": "EVIL"}),
        ("mail.alias", {"alias_force_thread_id": 1}),
        ("mail.template", {"subject": WORD}),
        ("ir.cron", {"active": False}),
        ("helpdesk.ticket.category", {"name": WORD}),
    ):
        table = model.replace(".", "_")
        rows = ground.sql(f"select id from {table} order by id desc limit 3")
        if model == "helpdesk.ticket.team":
            rows = ground.sql(
                "select id from helpdesk_ticket_team where regulation_id is not null"
            )
        for (key,) in rows:
            trial.see(wire.call(model, "write", [key], vals))
            trial.see(wire.call(model, "unlink", [key]))
            trial.see(wire.call(model, "action_archive", [key]))
    if who not in ("sysadmin",):
        module = ground.sql(
            "select id from ir_module_module where name = 'community_complaint'"
        )
        trial.see(
            wire.call("ir.module.module", "button_immediate_uninstall", [module[0][0]])
        )


def routes(ground, who, trial):
    """The web client's own routes with a hidden case."""
    wire, key = ground.people[who], target(ground, who)
    for path, params in (
        ("/web/dataset/resequence", {"model": CASE, "ids": [key, 1], "field": "color"}),
        (
            f"/web/dataset/call_button/{CASE}/action_close",
            {"model": CASE, "method": "action_close", "args": [[key]], "kwargs": {}},
        ),
        ("/web/action/load", {"action_id": "helpdesk_mgmt.action_helpdesk_ticket"}),
        ("/web/model/get_definitions", {"model_names": [CASE, "complaint.identity"]}),
        (
            "/web/domain/validate",
            {"model": CASE, "domain": [["identity_ids.name", "=", 1]]},
        ),
        ("/web/export/get_fields", {"model": "complaint.identity", "domain": []}),
        ("/web/view/edit_custom", {"custom_id": 1, "arch": "<form/>"}),
        ("/web/binary/company_logo", {}),
        ("/base_import/set_file", {"id": 1}),
        (
            "/web_editor/attachment/add_data",
            {"name": "x", "data": "", "res_model": CASE},
        ),
        ("/html_editor/get_ice_servers", {}),
        (
            "/html_editor/attachment/add_data",
            {"name": "x", "data": "", "res_model": CASE},
        ),
    ):
        trial.see(wire.json(path, params))
    token = wire.token("/odoo")
    data = {
        "model": CASE,
        "fields": [{"name": name, "label": name} for name in ("name", "description")],
        "ids": [key],
        "domain": [],
        "import_compat": False,
        "context": {},
        "groupby": [],
    }
    for kind in ("csv", "xlsx"):
        form = {"csrf_token": token, "data": json.dumps(data)}
        trial.see(wire.post(f"/web/export/{kind}", form))
    for path in (
        f"/odoo/action-1/{key}",
        f"/web#id={key}&model=helpdesk.ticket",
        f"/json/1/{CASE}/{key}",
        f"/json/1/action-1/{key}",
        f"/web/image/{CASE}/{key}/image_1920",
        f"/helpdesk/ticket/{key}",
        f"/my/ticket/{key}",
        f"/ticket/close?ticket_id={key}&stage_id=1",
        f"/calendar/meeting/join?token={key}",
        "/my/tickets",
        "/web/database/manager",
        "/web/webclient/load_menus",
    ):
        trial.see(wire.get(path))
    for service, method, args in (
        (
            "object",
            "execute_kw",
            [ground.server.database, wire.info["uid"], who, CASE, "read", [[key]]],
        ),
        (
            "object",
            "execute",
            [ground.server.database, wire.info["uid"], who, CASE, "search", []],
        ),
        ("db", "list", []),
        ("db", "dump", ["admin", ground.server.database, "zip"]),
        ("common", "version", []),
    ):
        params = {"service": service, "method": method, "args": args}
        trial.see(wire.json("/jsonrpc", params))
    body = json.dumps({"ids": [key], "fields": ["name", "description"]}).encode()
    trial.see(
        wire.ask(
            "POST", f"/json/2/{CASE}/read", body, {"Content-Type": "application/json"}
        )
    )


def contexts(ground, who, trial):
    """Words in the context that switch something off."""
    wire, key = ground.people[who], target(ground, who)
    words = (
        *("complaint_plain_rules", "complaint_force", "force", "su", "sudo", "uid"),
        *("install_mode", "tracking_disable", "mail_notrack", "mail_create_nolog"),
        *("module", "_import_current_module", "import_file", "active_test", "bin_size"),
        *("no_seal", "seal", "bypass_conflict", "skip_conflict", "prefetch_fields"),
        *("mail_auto_subscribe_no_notify", "mail_notify_force_send", "complaint_demo"),
        *("from_cron", "force_company", "testing", "__contexts", "_force_unlink"),
        *("complaint_step", "complaint_intake", "complaint_program", "complaint_door"),
    )
    every = dict.fromkeys(words, True)
    for context in [{word: True} for word in words] + [
        every,
        {**every, "uid": 1, "su": True, "allowed_company_ids": [1, 2, 3]},
        {"allowed_company_ids": [2]},
        {"allowed_company_ids": []},
        {"lang": "../../etc/passwd"},
        {"tz": "'; drop table complaint_log; --"},
    ]:
        for model, method, args in (
            (CASE, "search_read", [[["id", "=", key]], ["name", "description"]]),
            (CASE, "read", [[key], ["name"]]),
            (CASE, "write", [[key], {"name": WORD}]),
            ("complaint.identity", "search_read", [[], []]),
            (
                "mail.message",
                "search_count",
                [[["model", "=", CASE], ["res_id", "=", key]]],
            ),
            (
                "ir.attachment",
                "search_count",
                [[["res_model", "=", CASE], ["res_id", "=", key]]],
            ),
        ):
            answer = trial.see(wire.call(model, method, *args, context=context))
            if method == "search_count" and answer.result and key in ground.hidden[who]:
                trial.success(f"{context} shows {answer.result} {model}")


def magic(ground, who, trial):
    """Methods that are nobody's business."""
    wire, key = ground.people[who], target(ground, who)
    for method in (
        *("sudo", "with_user", "with_context", "with_env", "browse", "env", "_read"),
        *("_write", "_force", "_born", "_take", "_cr", "flush_model", "modified"),
        *("__getattr__", "__class__", "_sealed", "_table_query", "init", "mapped"),
        *("filtered", "filtered_domain", "sorted", "concat", "union", "ensure_one"),
        *("fetch", "invalidate_recordset", "lock_for_update", "try_lock_for_update"),
        *("_search", "search_fetch", "grouped", "web_read_group", "read_progress_bar"),
        *("read_group", "search_panel_select_range", "search_panel_select_multi_range"),
        *("_unlink_except", "unlink_recordset", "get_views", "get_empty_list_help"),
        *("web_override_translations", "update_field_translations", "web_name_search"),
        *(
            "web_save_multi",
            "web_resequence",
            "web_unlink",
            "formatted_read_grouping_sets",
        ),
    ):
        for args in ((), ([key],), ([key], ["name"]), ([],)):
            trial.see(wire.call(CASE, method, *args))
            trial.see(wire.call("complaint.identity", method, *args))


def finished(ground, who, trial):
    """Change a closed case: each field, its parts, its steps."""
    wire = ground.people[who]
    for key in ground.cases["finished"][:2]:
        for name, (kind, _relation) in ground.fields(CASE).items():
            value = {
                "char": WORD,
                "text": WORD,
                "html": f"<p>{WORD}</p>",
                "date": "2020-01-01",
                "datetime": "2020-01-01 00:00:00",
                "boolean": True,
                "integer": 7,
                "float": 7.0,
                "many2one": 1,
                "one2many": [(5,)],
                "many2many": [(5,)],
            }.get(kind)
            if kind == "selection":
                continue
            for new in (value, False) if kind in ("boolean", "many2one") else (value,):
                trial.see(wire.call(CASE, "write", [key], {name: new}))
        for vals in (
            *({"phase": "investigating"}, {"stage_id": 1}, {"stage_id": False}),
            *({"confidentiality": "open"}, {"confidentiality": "anonymous"}),
            *({"kanban_state": "done"}, {"priority": "3"}, {"complexity": "complex"}),
        ):
            trial.see(wire.call(CASE, "write", [key], vals))
        trial.see(wire.call(CASE, "unlink", [key]))


def finished_parts(ground, who, trial):
    """Change, delete and forge parts of closed cases."""
    wire = ground.people[who]
    for model in part_models(ground):
        table = model.replace(".", "_")
        if table in ("complaint_log",):
            continue
        rows = ground.sql(
            f"select id from {table} where ticket_id = any(%s) order by id limit 1",
            [ground.cases["finished"]],
        )
        for (key,) in rows:
            for name, (kind, _relation) in ground.fields(model).items():
                value = {
                    "char": WORD,
                    "text": WORD,
                    "html": f"<p>{WORD}</p>",
                    "date": "2020-01-01",
                    "datetime": "2020-01-01 00:00:00",
                    "boolean": True,
                    "integer": 7,
                    "many2one": 1,
                    "binary": base64.b64encode(b"x").decode(),
                }.get(kind)
                if value is not None:
                    trial.see(wire.call(model, "write", [key], {name: value}))
            trial.see(wire.call(model, "unlink", [key]))
            trial.see(wire.call(model, "copy", [key]))


def log_itself(ground, who, trial):
    """Forge, change, delete the log; open the vault of old values."""
    wire = ground.people[who]
    for model in ("complaint.log", "complaint.log.value", "complaint.vault.look"):
        if not ground.fields(model):
            continue
        rows = ground.sql(f"select id from {model.replace('.', '_')} limit 2")
        for (key,) in rows:
            trial.see(wire.call(model, "write", [key], {"name": WORD, "user_id": 1}))
            trial.see(wire.call(model, "unlink", [key]))
        trial.see(wire.call(model, "create", [{"ticket_id": 1, "name": WORD}]))
        trial.see(wire.call(model, "search_read", [], []))


def identities(ground, who, trial):
    """Every way to the vault that a form, a method or a field offers."""
    wire, key = ground.people[who], confidential(ground, who)
    rows = ground.sql("select id from complaint_identity where ticket_id = %s", [key])
    for (row,) in rows:
        names = list(ground.fields("complaint.identity"))
        for name in names:
            trial.see(wire.call("complaint.identity", "read", [row], [name]))
        for vals in (
            {"name": WORD},
            {"phone": "1"},
            {"ticket_id": 1},
            {"partner_id": 3},
            {"vault": "{}"},
            {"name_key": "x"},
        ):
            trial.see(wire.call("complaint.identity", "write", [row], vals))
        trial.see(wire.call("complaint.identity", "unlink", [row]))
    for name in ground.fields(CASE):
        if any(
            word in name for word in ("complain", "partner", "ident", "person", "same")
        ):
            trial.see(wire.call(CASE, "read", [key], [name]))
            trial.see(
                wire.call(CASE, "search_count", [[name, "!=", False], ["id", "=", key]])
            )
    for method in (
        *("action_show_identity", "action_look", "action_request_disclosure"),
        *("action_make_open", "action_set_confidentiality", "action_erase_identity"),
        *("action_give_receipt", "action_open", "action_reveal", "action_disclose"),
    ):
        trial.see(wire.call(CASE, method, [key]))
        trial.see(wire.call(CASE, method, [key], "x"))


APPS = (
    *(leads, tasks, mailings, surveys, staff_files, calendars, filters, programs),
    *(watchers, privacy, rights, desk_settings, routes, contexts, magic, finished),
    *(finished_parts, log_itself, identities),
)
