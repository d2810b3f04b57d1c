"""An office of an old product, upgraded to the present one, and what became of it."""

import subprocess
from dataclasses import dataclass, field

import pytest
import snapshot
from old_product import OldProduct

from tools import databases, logs, odoo_cli, paths, postgres
from tools.live import RemoteError, Server
from tools.steps import Failure

#: What belongs to the product and its machinery, not to the office: metadata that every
#: update writes anew, and what running servers tell each other.
LEFT_OUT = (
    r"ir_(?!attachment$|config_parameter$|default$|filters$|sequence).*"
    r"|rule_group_rel|res_groups_report_rel|bus_.*|orm_signaling_.*"
)


#: What an office made for itself of fields that are another add-on's today: a screen and
#: a rule, which have no xmlid, and a job that runs less often.
OWN = (
    "UPDATE ir_cron SET interval_number = 45 FROM ir_model_data WHERE res_id = ir_cron.id"
    " AND model = 'ir.cron' AND name = 'complaint_medical_cron_alarm'",
    "INSERT INTO ir_ui_view (name, model, type, mode, active, priority, inherit_id,"
    " arch_db) SELECT 'own', 'helpdesk.ticket', 'form', 'extension', true, 99, res_id,"
    " jsonb_build_object('en_US', '<xpath expr=\"//field[@name=''emergency_state'']\""
    ' position="after"><field name="emergency_ids" string="Own"/></xpath>\')'
    " FROM ir_model_data WHERE name = 'helpdesk_ticket_view_form'"
    " AND module = 'community_complaint'",
    "INSERT INTO ir_rule (name, model_id, domain_force, active, global, perm_read,"
    " perm_write, perm_create, perm_unlink) SELECT 'own', id, '[''|'','"
    " || ' (''regulation_id.emergency_response'', ''='', True), (1, ''='', 1)]',"
    " true, true, true, true, false, false FROM ir_model WHERE model = 'helpdesk.ticket'",
    # whom a resident named by a word became a colleague, and nobody chose them
    "UPDATE complaint_respondent SET kind = 'employee', create_uid = 1, employee_id ="
    " (SELECT min(e.id) FROM hr_employee e WHERE e.company_id = t.company_id)"
    " FROM helpdesk_ticket t WHERE t.id = ticket_id AND complaint_respondent.id ="
    " (SELECT max(r.id) FROM complaint_respondent r JOIN helpdesk_ticket c"
    " ON c.id = r.ticket_id WHERE r.kind = 'other' AND c.phase = 'accepted' AND EXISTS"
    " (SELECT FROM hr_employee e WHERE e.company_id = c.company_id))",
    # a label that said something else
    "UPDATE ir_model_fields SET field_description = field_description"
    " || '{\"zh_CN\": \"从前的说法\"}' WHERE model = 'helpdesk.ticket'"
    " AND name = 'confidentiality'",
)


@dataclass
class Upgraded:
    """A copy of an old office, before and after the upgrade.

    :param keys: the keys of identities of the present server
    :param own: SQL that makes what the office had added by itself
    :param addons: what its administrator updates, by default all our add-ons
    """

    product: OldProduct
    keys: str = ""
    own: tuple = ()
    addons: tuple = ()
    before: dict = field(init=False, repr=False)
    after: dict = field(init=False, repr=False)

    @property
    def name(self):
        """Return the name of the database."""
        return f"cc_up_{self.product}_{'keys' if self.keys else 'plain'}"

    @property
    def log(self):
        """Return the log of the upgrade."""
        return paths.LOGS / f"upgrade-{self.name}.log"

    @property
    def variables(self):
        """Return the variables of the present server's environment."""
        return {"COMPLAINT_IDENTITY_KEYS": self.keys}

    def make(self):
        """Copy the old office and upgrade it, with a snapshot before and after."""
        databases.copy(self.product.ensure(), self.name)
        for statement in self.own:
            postgres.query(statement, self.name)
        self.before = snapshot.take(self.name, LEFT_OUT)
        self.log.unlink(missing_ok=True)
        self.update()
        self.after = snapshot.take(self.name, LEFT_OUT)
        return self

    def update(self):
        """Update our add-ons, as an administrator does it."""
        addons = self.addons or paths.present_addons()
        databases.update(self.name, addons, self.log, self.variables)

    def messages(self):
        """Return what the upgrade's log says that it should not."""
        return logs.read(self.log)

    def product_tables(self):
        """Return the tables of the old product's own lasting records."""
        return {
            name
            for name, table in self.before.items()
            if name.startswith("complaint_")
            and "id" in table.columns
            and "wizard" not in name
        }


def dump(name):
    """Yield ``(table, text)`` of all that a dump of a database holds."""
    done = subprocess.run(
        ["pg_dump", "--data-only", name],
        capture_output=True,
        check=True,
        text=True,
        env=postgres.environment(),
    )
    for part in done.stdout.split("\nCOPY public.")[1:]:
        table, _space, text = part.partition(" ")
        yield table.strip('"'), text


def stored_pages(name, table):
    """Return the bytes of the file in which PostgreSQL keeps a table.

    Skips the test where the user of the database may not read it.
    """
    path = f"pg_relation_filepath('{table}')"
    try:
        postgres.query("CHECKPOINT", name)
        [text] = postgres.query(
            f"SELECT encode(pg_read_binary_file({path}), 'hex')", name
        )
    except Failure as failure:
        pytest.skip(f"PostgreSQL lets nobody but a superuser look: {failure}")
    return bytes.fromhex(text)


def _step(login, method, *arguments):
    """Return a function of a server and a case's id that takes a step as somebody."""

    def take(server, case):
        server.session(login).call("helpdesk.ticket", method, [case], *arguments)

    return take


def _decide(server, case):
    """Decide, then tell both sides."""
    _step("leader", "action_decide")(server, case)
    _step("clerk", "action_notify")(server, case)


def _close(server, case):
    """Serve what is not served yet, then close."""
    clerk = server.session("clerk")
    waiting = [("ticket_id", "=", case), ("state", "=", "issued")]
    notices = clerk.call("complaint.notice", "search", waiting)
    clerk.call(
        "complaint.notice", "action_serve", notices, delivery="post", note="EMS 1024"
    )
    _step("clerk", "action_close")(server, case)


#: Who takes which step from a phase.
NEXT_STEPS = {
    "registered": _step("clerk", "action_accept"),
    "accepted": _step("handler", "action_start_investigation"),
    "deciding": _decide,
    "notified": _close,
    "closed": _step("clerk", "action_archive"),
    "withdrawn": _step("leader", "action_reopen", "问题再次出现。"),
}


class UpgradedServer(Server):
    """A server on an upgraded database, which is there already and stays."""

    def __init__(self, upgraded):
        super().__init__(upgraded.name)
        self.sessions = {}
        self.environment = dict(odoo_cli.environment(), TZ="UTC", **upgraded.variables)

    def start(self):
        """OVERRIDE: no new database."""
        self.log.unlink(missing_ok=True)
        self.run_process()

    def session(self, login):
        """Return somebody's session; it is opened once."""
        if login not in self.sessions:
            self.sessions[login] = self.login(login)
        return self.sessions[login]

    def custodian(self):
        """Return the session of a custodian of all offices, made so by the admin."""
        admin = self.session("admin")
        companies = admin.call("res.company", "search", [])
        [user] = admin.call("res.users", "search", [("login", "=", "custodian")])
        admin.call("res.users", "write", [user], {"company_ids": [(6, 0, companies)]})
        session = self.session("custodian")
        session.info["user_context"]["allowed_company_ids"] = companies
        # archived cases, too
        session.info["user_context"]["active_test"] = False
        return session

    def read_identities(self, columns):
        """Return what a custodian reads of who complained: ``{id: {column: value}}``."""
        custodian = self.custodian()
        secret = [("is_complaint", "=", True), ("confidentiality", "=", "confidential")]
        for case in custodian.call("helpdesk.ticket", "search", secret):
            custodian.call("helpdesk.ticket", "action_show_identity", [case], "核对")
        rows = custodian.call("complaint.identity", "search_read", [], columns)
        return {
            row.pop("id"): {
                column: value[0] if isinstance(value, list) else value
                for column, value in row.items()
            }
            for row in rows
        }

    def verify_evidence(self):
        """Return the kinds of messages that verifying all evidence brings."""
        custodian = self.custodian()
        evidence = custodian.call("complaint.evidence", "search", [])
        answer = custodian.call("complaint.evidence", "action_verify", evidence)
        return {answer["params"]["type"]} if evidence else set()

    def take_next_steps(self):
        """Take the next step of a case in each phase of ``NEXT_STEPS``.

        :return: ``{phase: phase afterwards}``; what was refused instead, if no case of
            a phase could take it
        """
        return {phase: self._take_step(phase) for phase in NEXT_STEPS}

    def _take_step(self, phase):
        clerk, refused = self.session("clerk"), ["no case"]
        domain = [("phase", "=", phase), ("is_complaint", "=", True)]
        for case in clerk.call("helpdesk.ticket", "search", domain, order="id desc"):
            try:
                NEXT_STEPS[phase](self, case)
            except RemoteError as error:
                refused.append(str(error))
                continue
            [row] = clerk.call("helpdesk.ticket", "read", [case], ["phase"])
            return row["phase"]
        return refused

    def close(self):
        """OVERRIDE: the database stays."""
        self.stop()
        return self.messages()
