"""Printing: one paper beside one report of the bare helpdesk, and fifty at once."""

import contextlib
import threading

import filled
from bare import AGENT
from cases import SIZE
from odoo_env import Timer, environment
from web_client import WebClient
from werkzeug.serving import make_server

MANY = 50
#: What somebody who extends the helpdesk would write first.
REPORT = """
<t t-name="bench.ticket">
    <t t-call="web.html_container">
        <t t-foreach="docs" t-as="doc">
            <t t-call="web.external_layout">
                <div class="page">
                    <h2 t-field="doc.number" />
                    <p t-field="doc.name" />
                    <p><span t-field="doc.partner_name" />, <span t-field="doc.create_date" /></p>
                    <div t-field="doc.description" />
                    <p>Stage: <span t-field="doc.stage_id.name" /></p>
                </div>
            </t>
        </t>
    </t>
</t>
"""


def run(args):
    """Return the rows of printing."""
    ours, bare = filled.ours(SIZE, args), filled.bare(SIZE, args)
    timer = Timer(args.repeat)
    with (
        environment(bare, args.conf) as bare_env,
        environment(ours, args.conf) as env,
        web_server(bare) as url,
    ):
        papers = Papers(timer, bare_env, env, url)
        papers.compare_one()
        papers.compare_many()
    return timer.rows


@contextlib.contextmanager
def web_server(database):
    """Serve one database: the base's reports fetch their style sheets from there."""
    from odoo import http
    from odoo.tools import config

    config["db_name"], config["dbfilter"] = [database], f"^{database}$"
    server = make_server("127.0.0.1", 0, http.root, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Papers:
    """A report of a ticket and the notices of cases."""

    def __init__(self, timer, bare_env, env, url):
        self.timer = timer
        self.bare = WebClient(bare_env, AGENT).env
        self.ours = WebClient(env, "clerk").env
        self.report = self._report(bare_env, url)
        self.tickets = self.bare["helpdesk.ticket"].search([], limit=MANY)
        self.notices = self.ours["complaint.notice"].search(
            [("state", "!=", "void")], limit=MANY
        )

    def _report(self, env, url):
        env["ir.config_parameter"].set_param("report.url", url)
        env["ir.ui.view"].create(
            {"type": "qweb", "key": "bench.ticket", "name": "bench", "arch": REPORT}
        )
        report = env["ir.actions.report"].create(
            {
                "name": "Ticket",
                "model": "helpdesk.ticket",
                "report_type": "qweb-pdf",
                "report_name": "bench.ticket",
            }
        )
        env["ir.model.data"].create(
            {
                "module": "bench",
                "name": "ticket",
                "model": "ir.ui.view",
                "res_id": env["ir.ui.view"].search([("key", "=", "bench.ticket")]).id,
            }
        )
        env.flush_all()
        return report

    def _print(self, tickets):
        content, _kind = self.report.with_env(self.bare)._render_qweb_pdf(
            self.report.id, tickets.ids
        )
        if not content.startswith(b"%PDF"):
            raise RuntimeError("The base printed nothing.")

    def compare_one(self):
        self.timer.compare(
            "one paper",
            {
                "bare": (self.bare, lambda: lambda: self._print(self.tickets[:1])),
                "ours": (self.ours, lambda: self.notices[:1]._render_papers),
            },
            ratio=0.08,
        )

    def compare_many(self):
        sides = {"ours": (self.ours, lambda: self.notices._render_papers)}
        self.timer.compare(f"{MANY} papers made", sides, number=MANY)
        sides = {"ours": (self.ours, lambda: self._print_issued)}
        self.timer.compare(f"{MANY} papers in one print", sides, number=MANY, limit=7)

    def _print_issued(self):
        """Put the papers that were issued into one file, as printing them does."""
        from odoo.addons.community_complaint.tools import paper_pdf

        contents, _changed = self.notices._frozen_papers()
        return paper_pdf.merge(contents)
