"""Other add-ons beside ours copy, count and name no case (THREATS 67)."""

import re

import pytest

from tools import databases, odoo_cli, paths
from tools.proxy import free_port

#: Of OCA, and of Odoo, which copy, count, mail or delete records of any model.
BESIDE = (
    *("helpdesk_mgmt_crm", "helpdesk_mgmt_project", "auditlog", "mail_tracking"),
    *("mass_mailing", "data_recycle", "survey", "hr_holidays", "website"),
    *("privacy_lookup", "gamification", "base_automation"),
)
TESTS = ",".join(
    (
        "/community_complaint:TestOtherApps",
        "/community_complaint:TestCaseSearch",
        "/community_complaint:TestHiddenIsMissing",
        "/community_complaint:TestDoorsStay",
        "/community_complaint_portal:TestHeaders",
        "/community_complaint_portal:TestSessionEnded",
        "/community_complaint_website",
    )
)


@pytest.fixture
def database():
    """A database with our add-ons and the others."""
    name = "cc_other_apps"
    log = paths.LOGS / "other_apps.log"
    log.unlink(missing_ok=True)
    databases.copy(databases.ensure_ours(), name)
    odoo_cli.call(log, "module", "install", "-d", name, *BESIDE)
    yield name
    databases.drop(name)


def test_sweeps_beside_other_apps(database):
    log = paths.LOGS / "other_apps_tests.log"
    log.unlink(missing_ok=True)
    odoo_cli.call(
        *(log, "server", "-d", database, "--test-tags", TESTS),
        *("--stop-after-init", "--max-cron-threads", "0"),
        *("--http-port", free_port()),
    )
    text = log.read_text()
    done = re.search(r"0 failed, 0 error\(s\) of (\d+) tests", text)
    assert done, text[-3000:]
    assert int(done[1]) >= 30
    assert "skipped" not in text
