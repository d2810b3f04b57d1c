"""Offices of earlier products, upgraded to the present one, compared record by record.

Each office was filled by the old product's own steps, see ``old_product.py``. What an
upgrade may change is named, with the reason, in ``known_differences.py``.
"""

import json
from concurrent.futures import ThreadPoolExecutor

import differences
import pytest
import snapshot
from known_differences import EMPTY, KNOWN
from old_product import OldProduct
from upgraded import LEFT_OUT, OWN, Upgraded, UpgradedServer, dump, stored_pages

from tools import databases, paths, postgres, verify_log

#: The first test waits for all offices, on a busy machine for long.
pytestmark = pytest.mark.timeout(2400)
OLD_KEY = "2025:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
NEW_KEYS = f"2026:QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=,{OLD_KEY}"
KERNEL, APPEAL, PORTAL = (
    "community_complaint",
    "community_complaint_appeal",
    "community_complaint_portal",
)
#: The first product, without any vault.
FIRST = OldProduct("08f23e5", (KERNEL, PORTAL))
#: The product before cases had one declared life, on a server with a key.
SECOND = OldProduct(
    "0ff6cc3",
    (KERNEL, APPEAL, PORTAL),
    scenarios=("r02", "r05", "r07", "r09", "r10", "r13", "r15", "xinfang"),
    keys=OLD_KEY,
)
UPGRADES = {
    "08f23e5": Upgraded(FIRST, NEW_KEYS),
    "08f23e5-without-keys": Upgraded(FIRST),
    "0ff6cc3": Upgraded(SECOND, NEW_KEYS, OWN, (KERNEL,)),
}


def of(*names):
    """Return the mark that runs a test on these upgrades only."""
    return pytest.mark.parametrize("upgrade", names, indirect=True)


@pytest.fixture(scope="module")
def upgrades(request):
    """The upgrades that some test wants, made two at a time."""
    marks = [getattr(item, "callspec", None) for item in request.session.items]
    names = {
        mark.params["upgrade"] for mark in marks if mark and "upgrade" in mark.params
    }
    wanted = [UPGRADES[name] for name in UPGRADES if name in names]
    for upgrade in wanted:
        upgrade.product.require()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(OldProduct.ensure, {upgrade.product for upgrade in wanted}))
        list(pool.map(Upgraded.make, wanted))
    yield UPGRADES
    for upgrade in wanted:
        databases.drop(upgrade.name)


@pytest.fixture(params=UPGRADES)
def upgrade(request, upgrades):
    """One of the upgrades."""
    return upgrades[request.param]


@pytest.fixture(scope="module")
def fresh():
    """The name of a database into which the present product was installed."""
    return databases.ensure_ours()


@pytest.fixture(scope="module")
def served(upgrades):
    """Return a function that starts a server on an upgrade, once each."""
    running = {}

    def serve(upgrade):
        if upgrade.name not in running:
            running[upgrade.name] = UpgradedServer(upgrade)
            running[upgrade.name].start()
        return running[upgrade.name]

    yield serve
    complaints = [message for server in running.values() for message in server.close()]
    assert not complaints, "\n".join(["the servers' logs:", *complaints])


# ----------------------------------------------------------------------
# What stays, and what it becomes
# ----------------------------------------------------------------------


def test_log_is_clean(upgrade):
    """Nothing is said during the upgrade that an administrator had to worry about."""
    assert not upgrade.messages()


def test_office_was_filled(upgrade):
    """Every model of the old product has records, or the comparison proves nothing."""
    empty = {name for name in upgrade.product_tables() if not upgrade.before[name].rows}
    assert empty == set(EMPTY[upgrade.product.commit])


def test_record_by_record(upgrade):
    """Every row says what it said, but for differences that are known."""
    name = upgrade.name
    found = list(
        differences.between(
            upgrade.before,
            upgrade.after,
            snapshot.shipped(name),
            snapshot.links(name),
        )
    )
    known = [
        item
        for item in KNOWN[upgrade.product.commit]
        if upgrade.keys or not item.sealed
    ]
    unnamed, unused = differences.judge(found, known)
    assert not unnamed, differences.listed(unnamed)
    assert not unused, "these differences are gone, take them out"


def test_files_are_there(upgrade):
    """Every file that was there has the bytes it had."""
    lost = [
        row["name"]
        for key, row in upgrade.before["ir_attachment"].rows.items()
        if row.get("file")
        and upgrade.after["ir_attachment"].rows[key].get("file") != row["file"]
    ]
    assert upgrade.before["ir_attachment"].rows
    assert not lost


@pytest.mark.parametrize("aspect", snapshot.SCHEMA)
def test_schema_is_that_of_a_fresh_database(upgrade, fresh, aspect):
    """No column, constraint, index or trigger is left over, and none is missing."""
    old, new = (snapshot.schema(name, aspect) for name in (upgrade.name, fresh))
    lines = [f"left over: {item}" for item in sorted(old - new, key=str)]
    lines += [f"missing: {item}" for item in sorted(new - old, key=str)]
    assert not lines, "\n".join(lines)


def test_shipped_settings_are_those_of_a_fresh_database(upgrade, fresh):
    """What the add-ons bring, once and for all, is what they bring to a new office."""
    old, new = (snapshot.shipped_values(name) for name in (upgrade.name, fresh))
    assert new
    assert {key: old.get(key) for key in new} == new


@pytest.mark.parametrize("aspect", snapshot.NAMES)
def test_names_are_those_of_a_fresh_database(upgrade, fresh, aspect):
    """What moved to another add-on is that add-on's, and nobody else's."""
    old, new = (snapshot.names(name, aspect) for name in (upgrade.name, fresh))
    assert new
    lines = [f"left over: {item}" for item in sorted(old - new)]
    lines += [f"missing: {item}" for item in sorted(new - old)]
    assert not lines, "\n".join(lines)


def test_labels_are_those_of_a_fresh_database(upgrade, fresh):
    """Screens mean in Chinese what they mean in English, whatever they had said."""
    old, new = (
        snapshot.labels(name, paths.present_addons()) for name in (upgrade.name, fresh)
    )
    assert {lang for *_label, lang in new} == {"en_US", "zh_CN"}
    stale = {key: (old[key], new[key]) for key in new if old.get(key) != new[key]}
    assert not stale, f"{len(stale)}: {[*stale.items()][:5]}"


@of("0ff6cc3")
def test_colleagues_by_a_typed_name_are_a_question(upgrade):
    """Whom nobody chose from the staff stays a respondent, and a leader is asked."""
    asked = postgres.query(
        "SELECT r.kind, c.state, count(a.id) FROM complaint_conflict c"
        " JOIN complaint_respondent r ON r.id = c.respondent_id"
        " LEFT JOIN mail_activity a ON a.res_model = 'helpdesk.ticket'"
        " AND a.res_id = c.ticket_id AND a.activity_type_id = (SELECT res_id FROM"
        " ir_model_data WHERE name = 'activity_answered')"
        " WHERE c.cause = 'called' AND r.kind = 'employee' GROUP BY 1, 2, c.id",
        upgrade.name,
    )
    assert asked == ["employee\tasked\t1"]


@of("0ff6cc3")
def test_what_an_office_made_of_what_moved_goes_on(upgrade, served):
    """Screens and rules have no add-on that could have moved them; jobs are its own."""
    session = served(upgrade).session("clerk")
    arch = session.call("helpdesk.ticket", "get_view", False, "form")["arch"]
    assert 'name="emergency_ids" string="Own"' in arch
    rules = "SELECT active FROM ir_rule WHERE name = 'own'"
    assert postgres.query(rules, upgrade.name) == ["t"]
    assert session.call("helpdesk.ticket", "search_count", [])
    jobs = (
        "SELECT interval_number FROM ir_cron c JOIN ir_model_data d ON d.res_id = c.id"
        " AND d.model = 'ir.cron' WHERE d.name = 'complaint_medical_cron_alarm'"
    )
    assert postgres.query(jobs, upgrade.name) == ["45"]


@of("08f23e5", "0ff6cc3")
def test_a_second_upgrade_changes_nothing(upgrade):
    """What is migrated is migrated once."""
    before = snapshot.take(upgrade.name, LEFT_OUT)
    upgrade.update()
    after = snapshot.take(upgrade.name, LEFT_OUT)
    nothing = snapshot.Shipped({}, {})
    found = list(differences.between(before, after, nothing, {}))
    assert not found, differences.listed(found)


# ----------------------------------------------------------------------
# Who complained
# ----------------------------------------------------------------------


@of("08f23e5", "08f23e5-without-keys")
def test_identities_are_readable(upgrade, served):
    """A custodian reads every value that stood in the old columns, and no other."""
    rows = upgrade.before["complaint_identity"].rows
    columns = ("name", "phone", "email", "work_unit", "occupation", "address")
    columns += ("id_number", "partner_id")
    expected = {
        key: {column: row[column] or False for column in columns}
        for key, row in rows.items()
        if any(row[column] for column in columns)
    }
    assert any(values["partner_id"] for values in expected.values())
    assert served(upgrade).read_identities(columns) == expected


@of("0ff6cc3")
def test_identities_under_old_keys_are_readable(upgrade, served):
    """What was sealed stays readable, as does what is older than the first key."""
    keys = {row["key_id"] for row in upgrade.before["complaint_identity"].rows.values()}
    assert {None, "2025"} <= keys
    found = served(upgrade).read_identities(("name", "unreadable"))
    canaries = [
        row["name"] for row in found.values() if "金丝雀" in (row["name"] or "")
    ]
    assert not [row for row in found.values() if row["unreadable"]]
    assert len(canaries) >= 3


def names_of_before(upgrade):
    """Return what only the plain columns of before told, as a set of texts."""
    columns = ("name", "phone", "email", "address", "id_number", "work_unit")
    told = [*upgrade.before["complaint_identity"].rows.values()]
    told += [
        row["answers"] or {}
        for row in upgrade.before["complaint_submission"].rows.values()
    ]
    canaries = [item for item in told if "金丝雀" in (item.get("name") or "")]
    names = {item[column] for item in canaries for column in columns if item[column]}
    assert len(names) > 50
    return names


@of("08f23e5")
def test_no_plain_name_is_left(upgrade):
    """A dump of a database with keys names nobody who complained.

    Mails that wait in the outbox bear the addressee until they are sent.
    """
    names = names_of_before(upgrade)
    found = {
        (table, name)
        for table, text in dump(upgrade.name)
        for name in names
        if name in text and table != "mail_mail"
    }
    assert not found


@of("08f23e5")
def test_files_of_the_tables_name_nobody(upgrade):
    """Nor do the files in which PostgreSQL keeps the tables."""
    names = [name.encode() for name in names_of_before(upgrade)]
    for table in ("complaint_identity", "complaint_submission"):
        content = stored_pages(upgrade.name, table)
        assert content
        assert not [name.decode() for name in names if name in content]


@of("08f23e5", "08f23e5-without-keys")
def test_drafts_go_on(upgrade):
    """What residents were typing is kept, sealed if there are keys."""
    before = upgrade.before["complaint_submission"].rows
    after = upgrade.after["complaint_submission"].rows
    drafts = {
        key: row["answers"] for key, row in before.items() if not row["ticket_id"]
    }
    sealed = {key: row["sealed"] for key, row in after.items() if row["sealed"]}
    assert drafts
    assert sealed.keys() == drafts.keys()
    if upgrade.keys:
        assert all(text.startswith("sealed.2026.") for text in sealed.values())
    else:
        assert {key: json.loads(text) for key, text in sealed.items()} == drafts


# ----------------------------------------------------------------------
# The office goes on
# ----------------------------------------------------------------------


@of("08f23e5")
def test_seals_hold(upgrade):
    """Evidence that was sealed is sealed, with a chain of custody that holds."""
    before = upgrade.before["complaint_evidence"].rows
    after = upgrade.after["complaint_evidence"].rows
    sealed = {key for key, row in before.items() if row["sealed"]}
    assert sealed
    assert {k for k, row in after.items() if row["custody_state"] == "sealed"} == sealed


@of("08f23e5")
def test_mails_have_an_outcome(upgrade):
    """No e-mail that was worked on looks as if it had just arrived."""
    rows = upgrade.after["complaint_inbound_mail"].rows.values()
    states = [row["state"] for row in sorted(rows, key=lambda row: row["id"])]
    assert states == ["case", "reply", "reply", "quarantine"]


def test_chains_verify(upgrade, served):
    """The log and the chains of evidence hold, from the first row on."""
    heads = [
        f"{row['company_id']}:{row['sequence']}:{row['hash']}"
        for row in upgrade.before.get("complaint_log", snapshot.NONE).rows.values()
    ]
    options = [part for head in heads for part in ("--head", head)]
    assert verify_log.main([upgrade.name, *options]) == 0
    kinds = served(upgrade).verify_evidence()
    assert kinds == {"success"}


def test_next_steps(upgrade, served):
    """A case in every phase takes its next step, by who may take it."""
    assert served(upgrade).take_next_steps() == {
        "registered": "accepted",
        "accepted": "investigating",
        "deciding": "notified",
        "notified": "closed",
        "closed": "archived",
        "withdrawn": "investigating",
    }
