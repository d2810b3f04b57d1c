"""What insiders aim at."""

MISSING = 9_999_999
WORD = "黑客到此一游"
CASE = "helpdesk.ticket"


def target(ground, who):
    """Return the id of a case this person must not see: one about canaries first."""
    for secret in ground.secrets:
        if secret.ticket in ground.hidden[who]:
            return secret.ticket
    return (ground.hidden[who] or [MISSING])[0]


def confidential(ground, who):
    """Return the id of a case whose complainant this person must not know."""
    for secret in ground.secrets:
        if who not in secret.knows and secret.ticket:
            return secret.ticket
    return target(ground, who)


def part_models(ground):
    """Return the models of parts of cases, with a link to the case."""
    rows = ground.sql(
        "select model from ir_model_fields where name = 'ticket_id'"
        " and relation = 'helpdesk.ticket' and store and model in"
        " (select model from ir_model where not transient and not abstract) order by 1"
    )
    return [name for (name,) in rows]
