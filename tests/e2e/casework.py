"""What the journeys of whole cases have in common: clicks of staff, and the other end.

Everything is clicked and typed. What leaves the office is looked at where it arrives: in
mailboxes, on phones, behind the links of messages, on papers.
"""

import importlib.util
import re
import sys
from contextlib import contextmanager
from datetime import date, datetime
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import yaml
from driver.ending import differences
from driver.web import paper_text
from playwright.sync_api import expect
from resident import Phone, photo

from tools import paths

NAME = "向阳街道向阳社区居民委员会"
SUPERIOR = "向阳区人民政府"
SCAN = {"name": "回执.png", "mimeType": "image/png", "buffer": photo()}
_ROWS = """rows => rows.map(row => Object.fromEntries(
    [...row.querySelectorAll('td[name]')].map(
        cell => [cell.getAttribute('name'), cell.innerText.trim()])))"""
_COMPLAINANT = re.compile("(?<!被)投诉人")
_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")


def scenario(file, words):
    """Return the case of a scenario that a journey plays, by words of its name."""
    text = (paths.ROOT / "data" / "scenarios" / f"{file}.yaml").read_text()
    [case] = [case for case in yaml.safe_load(text)["cases"] if words in case["name"]]
    return case


def stand_in(name):
    """Return a module of the add-on's own tests that stands in for the world outside."""
    if name not in sys.modules:
        path = paths.ROOT / "community_complaint" / "tests" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


# ----------------------------------------------------------------------
# The other end
# ----------------------------------------------------------------------


class Wires:
    """Mail server and, if asked, provider of text messages of an office.

    :param office: ``office.Office``
    :param phones: whether it has a provider
    """

    def __init__(self, office, sink, provider=None):
        self.office, self.sink, self.provider = office, sink, provider

    def deliver(self):
        """Let the office send what waits.

        :return: ``{address or number: message}`` of what came, one for each
        """
        self.office.deliver()
        came = {}
        for _sender, [recipient], content in self.sink.mails:
            address = recipient.strip("<>")
            assert address not in came, "it came more than once"
            came[address] = message_from_bytes(content, policy=default)
        self.sink.mails.clear()
        for message in self.provider.messages if self.provider else ():
            assert message["to"] not in came, "it came more than once"
            came[message["to"]] = message["text"]
        if self.provider:
            self.provider.messages.clear()
        return came


@contextmanager
def wires(office, phones=False):
    """Yield the :class:`Wires` of an office."""
    with stand_in("mail_sink").MailSink() as sink:
        office.mails_leave_by(sink.port)
        if not phones:
            yield Wires(office, sink)
            return
        module = stand_in("sms_stand_in")
        with module.SmsStandIn() as provider:
            office.texts_leave_by(provider.url, module.KEY)
            yield Wires(office, sink, provider)


def said(message):
    """Return what a message says."""
    if isinstance(message, str):
        return message
    return message.get_body(("plain", "html")).get_content()


def assert_bare(message, number, secrets):
    """Check that a message carries number and link and nothing else."""
    text = said(message)
    assert number in (text if isinstance(message, str) else message["Subject"])
    assert not [secret for secret in secrets if secret in text], text
    assert isinstance(message, str) or not list(message.iter_attachments())


def read(page, message, number, picture):
    """Open the link of a message on a phone, take the paper, and say so.

    :return: what the page says and, if there is one, what the paper says
    """
    page.goto(re.search(r"http\S+/complaints/told/[\w-]+", said(message))[0])
    text, paper = page.inner_text("main"), ""
    assert number in text
    link = page.locator("a[href$='/paper']")
    if link.count():
        with page.expect_download() as download:
            link.click()
        paper = paper_text(download.value.path().read_bytes())
    page.locator("form button[type=submit]").click()
    page.wait_for_selector(".o_cc_success")
    Phone(page, "told").accessible().picture(picture)
    return text, paper


# ----------------------------------------------------------------------
# Staff
# ----------------------------------------------------------------------


def today():
    """Return the office's day as somebody types it."""
    return f"{datetime.now(ZoneInfo('Asia/Shanghai')):%Y年%m月%d日}"


def register(clerk, complaint, kind, channel=None):
    """Fill in the register and accept at once.

    :param complaint: of the scenario
    :param kind: what the kind of matter is called, and ``channel`` the way it came
    """
    if channel:
        clerk.fill("channel_id", channel)
    clerk.fill("type_id", kind)
    clerk.fill("what_happened", complaint["description"])
    clerk.fill("demand", complaint["demand"])
    for person in complaint.get("respondents", ()):
        add_respondent(clerk, **person)
    for name in ("name", "phone", "email", "address"):
        if f"complainant_{name}" in complaint:
            clerk.fill(f"complainant_{name}", complaint[f"complainant_{name}"])
    clerk.picture("intake")
    clerk.button("登记并受理").phase("已受理").picture("accepted")
    return int(re.search(r"/(\d+)(?:\?|$)", clerk.page.url)[1])


def add_respondent(clerk, kind, name, post=None, works_here=False):
    """Add whom the complaint is about, picked from the staff on file or typed.

    :param works_here: whether the clerk ticks that whoever was typed is a member of staff
    """
    row = add_row(clerk, "respondent_ids")
    if kind == "employee":
        clerk.fill("employee_id", name, row)
    else:
        clerk.fill("kind", "其他人", row)
        clerk.fill("name", name, row)
    if post:
        # a tabulator in the last column would begin another row
        clerk.field("post", row).locator("input").fill(post)
    if works_here:
        clerk.field("works_here", row).locator("input").check()
    # the row settles before the next field is typed
    clerk.page.locator(".o_horizontal_separator", has_text="被投诉人").click()
    expect(clerk.page.locator(row)).to_have_count(0)


def add_row(screen, field, within=""):
    """Add a row to a list on the form and return how to find it."""
    screen.page.locator(
        f"{within} .o_field_widget[name={field}] .o_field_x2many_list_row_add a"
    ).click()
    return f"{within} .o_field_widget[name={field}] .o_selected_row"


def add_part(screen, field):
    """Add a part of the case, which opens a dialog."""
    add_row(screen, field)
    screen.dialog()


def inquire(handler, place, summary, kind=None):
    """Add an inquiry."""
    handler.tab("调查核实")
    add_part(handler, "inquiry_ids")
    if kind:
        handler.fill("kind", kind, ".modal")
    handler.fill("place", place, ".modal")
    handler.fill("summary", summary, ".modal")
    handler.picture("inquiry")
    handler.dialog("保存")
    handler.gone()


def submit(handler, findings=None):
    """Write what was found and submit it."""
    if findings:
        handler.fill("findings", findings)
    handler.button("提交调查结论").phase("处理决定").picture("findings")


def decide(leader, conclusion, reasons, measures=(), basis=None):
    """Draft the decision and put it in force.

    :param measures: pairs of measure and person, or ``None``
    :param basis: law and article, where the text wants them
    """
    leader.tab("处理决定")
    add_part(leader, "decision_ids")
    leader.fill("conclusion", conclusion, ".modal")
    leader.fill("reasons", reasons, ".modal")
    if basis:
        leader.fill("legal_basis", basis, ".modal")
    for measure, person in measures:
        row = add_row(leader, "measure_line_ids", ".modal")
        leader.fill("measure_id", measure, row)
        if person:
            leader.fill("respondent_id", person, row)
    leader.picture("decision")
    leader.dialog("保存")
    leader.gone()
    leader.button("作出决定")
    leader.dialog("确定")
    leader.gone()


def release(custodian):
    """Let all papers go that wait for a custodian, with one press."""
    custodian.open("/odoo/complaint-notices")
    waiting = custodian.page.locator(".o_data_row td[name=held] input:checked")
    expect(waiting).not_to_have_count(0)
    button = custodian.page.locator(".o_control_panel button", has_text="放行")
    for _time in range(3):
        # a list that was seen before is drawn anew, unchosen, when the server answered
        custodian.page.locator("thead .o_list_record_selector input").check()
        custodian.page.wait_for_timeout(1_000)
        if button.count():
            break
    custodian.picture("held")
    button.first.click()
    # each paper is compared with the vault, and printed anew where that knows somebody
    expect(waiting).to_have_count(0, timeout=30_000)


def serve(clerk, proof=None):
    """Record the service of the papers that wait, with the signed receipt."""
    clerk.button("登记全部文书送达")
    if proof:
        clerk.fill("note", proof, ".modal")
    clerk.page.locator(".modal input[type=file]").set_input_files([SCAN])
    clerk.page.wait_for_selector(".modal .o_attachment")
    clerk.picture("service")
    clerk.dialog("确认")
    clerk.gone()


def appeal(office, clerk, ticket, grounds):
    """The complainant comes back within the window; return the appeal's address."""
    clerk.open(f"/odoo/complaints/{ticket}").button("提出申诉")
    clerk.page.wait_for_selector(".o_field_widget[name=grounds]")
    clerk.fill("grounds", grounds)
    clerk.picture("appeal")
    clerk.button("提交申诉")
    clerk.page.wait_for_selector(".o_arrow_button_current:has-text('已提出')")
    [found] = office.sessions["leader"].call(
        "complaint.appeal", "search", [["ticket_id", "=", ticket]]
    )
    return f"/odoo/action-community_complaint_appeal.complaint_appeal_action/{found}"


def forward(clerk):
    """Forward the appeal on the screen to the superior body."""
    clerk.button("移送上级单位")
    clerk.page.wait_for_selector(".o_arrow_button_current:has-text('复核')")


def write_superior(leader, path, number, reasons):
    """Write down what the next higher department decided, with its paper.

    It cannot be put in force, because the letter that asks for it lies at the office.
    """
    leader.open(path).tab("申诉决定")
    leader.fill("superior_number", number)
    leader.fill("superior_date", today())
    paper = {**SCAN, "name": f"{number}.png"}
    leader.page.locator(
        ".o_field_widget[name=superior_file_ids] input[type=file]"
    ).set_input_files([paper])
    leader.page.wait_for_selector(
        ".o_field_widget[name=superior_file_ids] .o_attachment"
    )
    leader.field("outcome").locator("label", has_text="维持原处理决定").click()
    leader.fill("reasons", reasons)
    leader.picture("superior")
    leader.button("使上级决定生效")
    leader.dialog("确定")
    leader.page.wait_for_selector(".o_error_dialog:has-text('尚未发出')")
    leader.picture("refused").error()
    leader.gone()
    leader.page.wait_for_selector(".o_arrow_button_current:has-text('复核')")


def put_in_force(leader, path):
    """Put in force what was written down of the superior's decision."""
    leader.open(path).button("使上级决定生效")
    leader.dialog("确定")
    leader.gone()
    leader.page.wait_for_selector(".o_arrow_button_current:has-text('已决定')")


def close(clerk, ticket):
    """Close the case."""
    clerk.open(f"/odoo/complaints/{ticket}").button("结案").phase("已结案")
    clerk.picture("closed")


# ----------------------------------------------------------------------
# What is on file
# ----------------------------------------------------------------------


def clock(office, ticket, clause):
    """Return the state of the latest clock of a clause."""
    rows = office.sessions["leader"].call(
        "complaint.deadline",
        "search_read",
        [["ticket_id", "=", ticket], ["clause", "=", clause]],
        ["state"],
    )
    return max(rows, key=lambda row: row["id"])["state"]


def papers(office, role, ticket, *kinds):
    """Return ``{kind: [text]}`` of the papers of a case, as that person prints them.

    :param kinds: only these
    """
    session = office.sessions[role]
    domain = [["ticket_id", "=", ticket], ["state", "!=", "void"]]
    rows = session.call(
        "complaint.notice",
        "search_read",
        [*domain, ["kind", "in", kinds]] if kinds else domain,
        ["kind", "number"],
    )
    found = {}
    for row in rows:
        action = session.call("complaint.notice", "action_print", [row["id"]])
        status, headers, body = session.get(action["url"])
        assert status == 200, row
        assert headers["Content-Type"] == "application/pdf"
        text = paper_text(body)
        assert row["number"] in text
        found.setdefault(row["kind"], []).append(text)
    return found


# ----------------------------------------------------------------------
# The end
# ----------------------------------------------------------------------


def assert_ends(office, clerk, ticket, case):
    """Check what the form of a case shows at its end against the scenario's ``ends``."""
    clerk.open(f"/odoo/complaints/{ticket}")
    found = differences(
        case["ends"], _Ending(office, clerk).read(case["ends"]["phase"])
    )
    assert not found, "\n".join(found)


class _Ending:
    """Reads the form of a case in Chinese, see ``driver.ending``."""

    def __init__(self, office, screen):
        self.session, self.screen = office.sessions["leader"], screen
        policies = self.session.call(
            "complaint.sla.policy",
            "search_read",
            [["regulation_id", "=", office.regulation]],
            ["name", "clause"],
        )
        # what the office asks of others for itself has no clause
        self.clauses = {policy["name"]: policy["clause"] for policy in policies}
        self.clauses[f"请求{SUPERIOR}作出决定"] = None

    def read(self, phase):
        """Return what the form shows once the case is in a phase."""
        screen = self.screen
        found = {"phase": self._phase(phase)}
        screen.tab("文书与告知")
        papers = self._rows("notice_ids")
        kinds = {
            row["number"]: self._key("complaint.notice", "kind", row["kind"])
            for row in papers
        }
        found["papers"] = [
            (
                kinds[row["number"]],
                self._whom(row["addressee_name"]),
                self._key("complaint.notice", "state", row["state"]),
            )
            for row in papers
        ]
        found["dispatches"] = [
            (
                # what is no paper is told in words
                kinds.get(row["what"].rpartition(" ")[2], "text"),
                self._whom(row["told_name"]),
                self._key("complaint.dispatch", "channel", row["channel"]),
                self._key("complaint.dispatch", "state", row["state"]),
            )
            for row in self._rows("dispatch_ids")
        ]
        screen.picture("told")
        screen.tab("期限")
        found["clocks"] = [
            (
                self.clauses[row["name"]],
                self._key("complaint.deadline", "chip_state", row["chip_state"]),
                *map(_day, (row["start_date"], row["due_date"], row["done_date"])),
            )
            for row in self._rows("deadline_ids")
        ]
        screen.picture("clocks")
        return found

    def _phase(self, expected):
        """Return the phase of the status bar, which tells how long it lasts as well.

        The web client shows what it remembers of a case, then what the server says.
        """
        labels = self._labels("helpdesk.ticket", "phase")
        self.screen.phase(next(text for text in labels if labels[text] == expected))
        return expected

    def _rows(self, field):
        rows = self.screen.page.locator(f".o_field_widget[name={field}] .o_data_row")
        rows.first.wait_for()
        return rows.evaluate_all(_ROWS)

    def _labels(self, model, field):
        fields = self.session.call(model, "fields_get", [field], ["selection"])
        return {label: key for key, label in fields[field]["selection"]}

    def _key(self, model, field, label):
        return self._labels(model, field)[label.strip()]

    def _whom(self, name):
        """Return a name on the screen; complainants and the staff as such have none."""
        if _COMPLAINANT.search(name):
            return "complainant"
        return "employee" if name == "工作人员" else name


def _day(text):
    """Return a day on the screen as ``date``; none if it is empty."""
    found = _DAY.search(text)
    if not found:
        assert not text, text
        return None
    year, month, day = found.groups()
    return date(int(year or today()[:4]), int(month), int(day))
