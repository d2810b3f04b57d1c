"""The demo office, which is the first thing that anybody sees."""

from tools import databases, logs, postgres


def test_demo_office():
    """It is complete, its log holds, and nothing was said about it while it was built."""
    name = databases.ensure_ours(demo=True)
    assert not logs.read(databases.ours_log(demo=True))
    sql = (
        "SELECT complaint_phase, count(*) FROM helpdesk_ticket t"
        " JOIN helpdesk_ticket_stage s ON s.id = t.stage_id"
        " WHERE is_complaint GROUP BY 1"
    )
    cases = dict(row.split("\t") for row in postgres.query(sql, name))
    assert sum(map(int, cases.values())) >= 60
    assert {"registered", "investigating", "deciding", "closed", "archived"} <= set(
        cases
    )
    papers = postgres.query("SELECT count(*) FROM complaint_notice", name)
    assert int(papers[0]) > 50
    backwards = (
        "SELECT count(*) FROM complaint_discipline WHERE proposed_date > approved_date"
    )
    assert postgres.query(backwards, name) == ["0"]
