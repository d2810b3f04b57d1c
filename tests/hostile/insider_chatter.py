"""Insiders who go by the messenger: letters, templates, activities, followers, channels."""

from insider_base import CASE, WORD, confidential, target

PEEK = (
    "{{object.identity_ids.name}} {{object.partner_name}} {{object.complainant_name}}"
    " {{object.sudo().identity_ids.vault}} {{object.description}} {{object.name}}"
)


def compose(ground, who, trial):
    wire, key = ground.people[who], confidential(ground, who)
    for vals in (
        {
            "model": CASE,
            "res_ids": str([key]),
            "subject": PEEK,
            "body": f"<p t-out='object.identity_ids.name'/>{PEEK}",
            "composition_mode": mode,
            "partner_ids": [(4, wire.info.get("partner_id") or 3)],
        }
        for mode in ("comment", "mass_mail")
    ):
        answer = trial.see(
            wire.call("mail.compose.message", "create", [vals]), said=(PEEK,)
        )
        if not answer.error:
            made = answer.result
            trial.see(wire.call("mail.compose.message", "read", made, []))
            trial.see(wire.call("mail.compose.message", "action_send_mail", made))
    for name in ("mail.scheduled.message", "mail.mail", "mail.message"):
        vals = {"model": CASE, "res_id": key, "body": PEEK, "subject": WORD}
        vals |= {"author_id": 3, "scheduled_date": "2030-01-01 00:00:00"}
        if name == "mail.mail":
            vals = {
                "body_html": PEEK,
                "model": CASE,
                "res_id": key,
                "email_to": "x@y.z",
            }
        if name == "mail.message":
            vals.pop("scheduled_date")
        trial.see(wire.call(name, "create", [vals]))


def templates(ground, who, trial):
    """A template of one's own about cases, its preview and its rendering."""
    wire, key = ground.people[who], confidential(ground, who)
    [(model,)] = ground.sql("select id from ir_model where model = %s", [CASE])
    vals = {"name": WORD, "model_id": model, "subject": PEEK, "body_html": PEEK}
    answer = trial.see(wire.call("mail.template", "create", [vals]))
    rows = ground.sql("select id from mail_template where model_id = %s", [model])
    ids = list(answer.result or []) + [key for (key,) in rows][:6]
    for template in ids:
        trial.see(wire.call("mail.template", "write", [template], {"subject": PEEK}))
        trial.see(wire.call("mail.template", "send_mail", [template], key))
        for name in ("_render_field", "generate_email", "render_model"):
            trial.see(wire.call("mail.template", name, [template], "subject", [key]))
        preview = {"mail_template_id": template, "resource_ref": f"{CASE},{key}"}
        made = trial.see(wire.call("mail.template.preview", "create", [preview]))
        if not made.error:
            trial.see(wire.call("mail.template.preview", "read", made.result, []))
    for method in ("render_template", "_render_template", "render_public_asset"):
        trial.see(wire.call("mail.render.mixin", method, PEEK, CASE, [key]))
    trial.see(wire.call("mail.composer.mixin", "render_message", [key]))
    trial.see(wire.call("ir.qweb", "_render", PEEK, {}))


def activities(ground, who, trial):
    wire, key = ground.people[who], target(ground, who)
    [(model,)] = ground.sql("select id from ir_model where model = %s", [CASE])
    for vals in (
        {"res_model_id": model, "res_id": key, "summary": WORD},
        {"res_model": CASE, "res_id": key, "user_id": wire.info.get("uid")},
    ):
        answer = trial.see(wire.call("mail.activity", "create", [vals]))
        if not answer.error:
            trial.see(wire.call("mail.activity", "read", answer.result, []))
    for key in [key for (key,) in ground.sql("select id from mail_activity limit 6")]:
        trial.see(wire.call("mail.activity", "write", [key], {"user_id": 2}))
        trial.see(wire.call("mail.activity", "action_feedback", [key]))
    domain = [["res_model", "=", CASE]]
    trial.see(wire.call("mail.activity", "search_read", domain, []))
    trial.see(wire.call("mail.activity", "get_activity_data", CASE, [], 100, 0))
    trial.see(wire.call(CASE, "get_activity_data", [], 100, 0))
    trial.see(wire.call("res.users", "systray_get_activities"))
    plan = {"res_model": CASE, "res_ids": str([target(ground, who)]), "plan_id": 1}
    trial.see(wire.call("mail.activity.schedule", "create", [plan]))


def followers(ground, who, trial):
    wire, key = ground.people[who], target(ground, who)
    me = wire.info.get("partner_id")
    vals = {"res_model": CASE, "res_id": key, "partner_id": me}
    trial.see(wire.call("mail.followers", "create", [vals]))
    trial.see(wire.call(CASE, "message_subscribe", [key], [me]))
    for model in ("mail.wizard.invite", "mail.followers.edit"):
        vals = {
            "res_model": CASE,
            "res_id": key,
            "res_ids": str([key]),
            "partner_ids": [(4, me)],
        }
        answer = trial.see(wire.call(model, "create", [vals]))
        for method in ("add_followers", "edit_followers"):
            if not answer.error:
                trial.see(wire.call(model, method, answer.result))
    found = ground.sql(
        "select 1 from mail_followers where res_model = %s and res_id = %s"
        " and partner_id = %s",
        [CASE, key, me],
    )
    if found:
        trial.success("became a follower of a hidden case")
    domain = [["res_model", "=", CASE], ["res_id", "in", ground.hidden[who]]]
    for model in ("mail.followers", "mail.message", "ir.attachment", "rating.rating"):
        count = trial.see(wire.call(model, "search_count", domain))
        if count.result:
            trial.success(f"{model}: {count.result} of hidden cases")
    about = [["model", "=", CASE], ["res_id", "in", ground.hidden[who]]]
    for model, name in (
        ("mail.notification", "mail_message_id"),
        ("mail.tracking.value", "mail_message_id"),
        ("mail.mail", "mail_message_id"),
        ("mail.message", "child_ids"),
        ("mail.message", "parent_id"),
        ("mail.tracking.email", "mail_message_id"),
        ("mail.message.reaction", "message_id"),
        ("mail.message.schedule", "mail_message_id"),
        ("res.partner", "message_ids"),
        ("res.users", "message_ids"),
    ):
        one = trial.see(wire.call(model, "search_count", [[name, "any", about]]))
        if one.result:
            trial.success(f"{model}.{name}: {one.result} rows")


def ratings(ground, who, trial):
    wire, key = ground.people[who], target(ground, who)
    trial.see(wire.call("rating.rating", "search_read", [], []))
    for method in (
        *("rating_apply", "rating_get_stats", "rating_get_access_token"),
        *("rating_send_request", "_rating_get_access_token", "rating_get_repartition"),
    ):
        trial.see(wire.call(CASE, method, [key], 5))
    vals = {"res_model_id": 1, "res_id": key, "rating": 5, "feedback": WORD}
    trial.see(wire.call("rating.rating", "create", [vals]))


def calendar(ground, who, trial):
    wire, key = ground.people[who], target(ground, who)
    [(model,)] = ground.sql("select id from ir_model where model = %s", [CASE])
    vals = {
        "name": WORD,
        "start": "2026-12-01 08:00:00",
        "stop": "2026-12-01 09:00:00",
        "res_model_id": model,
        "res_id": key,
    }
    answer = trial.see(wire.call("calendar.event", "create", [vals]))
    if not answer.error:
        trial.see(wire.call("calendar.event", "read", answer.result, []))
        trial.see(wire.call("calendar.event", "action_open_document", answer.result))
    trial.see(wire.call("calendar.event", "search_read", [], []))


def channels(ground, who, trial):
    """A channel of one's own that a hidden message is drawn into."""
    wire = ground.people[who]
    rows = ground.sql(
        "select id from mail_message where model = %s and res_id = any(%s) limit 3",
        [CASE, ground.hidden[who]],
    )
    group = trial.see(wire.json("/discuss/channel/create_group", {"partners_to": []}))
    made = trial.see(
        wire.call(
            "discuss.channel", "create", [{"name": WORD, "channel_type": "group"}]
        )
    )
    channel = (made.result or [0])[0]
    for (key,) in rows:
        params = {"parent_channel_id": channel, "from_message_id": key, "name": "x"}
        trial.see(wire.json("/discuss/channel/sub_channel/create", params))
        trial.see(
            wire.json(
                "/mail/message/post",
                {
                    "thread_model": "discuss.channel",
                    "thread_id": channel,
                    "post_data": {"body": WORD, "parent_id": key},
                },
            ),
            said=(WORD,),
        )
        params = {"channel_id": channel, "around": key}
        trial.see(wire.json("/discuss/channel/messages", params))
    trial.see(wire.json("/discuss/channel/messages", {"channel_id": channel}))
    trial.see(wire.json("/discuss/settings/mute", {"minutes": 1}))
    trial.see(group)
    bus = f"mail.thread_{CASE}_{target(ground, who)}"
    trial.see(
        wire.json(
            "/websocket/peek_notifications",
            {
                "channels": [
                    bus,
                    f"helpdesk.ticket_{target(ground, who)}",
                    "broadcast",
                ],
                "last": 0,
                "is_first_poll": True,
            },
        )
    )


def chatter_search(ground, who, trial):
    """Look for canaries in everything said."""
    wire = ground.people[who]
    for secret in ground.secrets:
        if who in secret.knows:
            continue
        for word in secret.words:
            for name in ("body", "subject", "email_from", "reply_to", "record_name"):
                count = trial.see(
                    wire.call("mail.message", "search_count", [[name, "ilike", word]]),
                    said=(word,),
                )
                if count.result:
                    trial.success(f"mail.message.{name} finds {word}")
            for path, params in (
                ("/mail/history/messages", {"fetch_params": {"search_term": word}}),
                ("/mail/inbox/messages", {"fetch_params": {"search_term": word}}),
                ("/discuss/search", {"term": word}),
                ("/mail/partner/from_email", {"emails": [word]}),
            ):
                trial.see(wire.json(path, params), said=(word,))
            for method in (
                "get_mention_suggestions",
                "get_mention_suggestions_from_channel",
            ):
                trial.see(
                    wire.call("res.partner", method, search=word, limit=8), said=(word,)
                )
            trial.see(wire.call("res.partner", "search_for_channel_invite", word))


def gateway(ground, who, trial):
    """Put a forged mail into the gateway by hand."""
    wire, key = ground.people[who], target(ground, who)
    [(company,)] = ground.sql("select id from res_company order by id limit 1")
    raw = (
        "From: leader@xiangyang.example\r\nTo: x@xiangyang.example\r\n"
        f"Subject: {WORD}\r\nMessage-Id: <{who}@evil>\r\n\r\n{WORD}\r\n"
    )
    for model in (CASE, "mail.thread", "res.partner"):
        for method, args in (
            ("message_process", [CASE, raw]),
            ("message_route", [raw, {}]),
            ("message_parse", [raw]),
            ("message_new", [{"subject": WORD}]),
            ("_message_route_process", [raw, {}, []]),
        ):
            trial.see(wire.call(model, method, *args))
        trial.see(
            wire.call(
                model, "message_process", CASE, raw, thread_id=key, save_original=1
            )
        )
        trial.see(wire.call(model, "message_update", [key], {"subject": WORD}))
    vals = {"name": "x", "server": "127.0.0.1", "port": 1, "server_type": "imap"}
    trial.see(wire.call("fetchmail.server", "create", [vals]))
    alias = {"alias_name": who, "alias_model_id": 1, "alias_force_thread_id": key}
    trial.see(wire.call("mail.alias", "create", [alias]))
    trial.see(wire.call("mail.gateway.allowed", "create", [{"email": "evil@x.y"}]))
    trial.see(company and wire.call("mail.blacklist", "search_read", [], []))


def message_again(ground, who, trial):
    """Change, delete or speak under somebody else's name on a case one works at."""
    wire = ground.people[who]
    rows = ground.sql(
        "select id, res_id from mail_message where model = %s and res_id = any(%s)"
        " and author_id != %s limit 8",
        [CASE, ground.cases["finished"], wire.info.get("partner_id") or 0],
    )
    for key, case in rows:
        for vals in (
            {"body": WORD},
            {"author_id": 3},
            {"res_id": 1},
            {"date": "2020-01-01"},
        ):
            trial.see(wire.call("mail.message", "write", [key], vals))
        trial.see(wire.call("mail.message", "unlink", [key]))
        trial.see(
            wire.json(
                "/mail/message/update_content",
                {"message_id": key, "update_data": {"body": "", "attachment_ids": []}},
            )
        )
        for vals in (
            {"body": WORD, "author_id": 3},
            {"body": WORD, "email_from": "leader@xiangyang.example"},
            {"body": WORD, "message_type": "email"},
            {"body": WORD, "message_type": "notification", "author_id": 2},
        ):
            answer = trial.see(wire.call(CASE, "message_post", [case], **vals))
            if isinstance(answer.result, int):
                [(author,)] = ground.sql(
                    "select author_id from mail_message where id = %s", [answer.result]
                )
                if author != wire.info.get("partner_id"):
                    trial.success(f"spoke as partner {author} on case {case}")


CHATTER = (
    *(compose, templates, activities, followers, ratings, calendar, channels),
    *(chatter_search, gateway, message_again),
)
