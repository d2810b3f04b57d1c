"""Somebody who is logged in and opens pages, through all of Odoo's HTTP layer."""

from werkzeug.test import Client


class Visitor:
    """A browser with a session on one database.

    :param env: environment of the database; only what is committed there is seen
    :param login: who visits
    """

    def __init__(self, env, login):
        from odoo import http
        from odoo.tools import config

        config["db_name"], config["dbfilter"] = [], ""
        user = env["res.users"].search([("login", "=", login)])
        session = http.root.session_store.new()
        session.update(http.get_default_session(), db=env.cr.dbname)
        session.update(uid=user.id, login=login, context=dict(user.context_get()))
        session.session_token = user._compute_session_token(session.sid)
        http.root.session_store.save(session)
        self.client = Client(http.root)
        self.client.set_cookie("session_id", session.sid, domain="localhost")

    def open(self, path):
        """Open a page and return its text.

        :raise RuntimeError: unless it is there
        """
        response = self.client.get(path)
        if response.status_code != 200:
            raise RuntimeError(f"{path}: {response.status}")
        return response.text
