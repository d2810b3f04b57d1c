"""Attack a running office as insiders and outsiders do, and write what came of it.

    ./run hostile                       # everything, with keys of identities and without
    ./run hostile --keys insider        # one part, one mode: insider, outsider, mail, names
    ./run hostile outsider codes        # some ways of a part

The attacks are in ``tests/hostile``. What they found, and what became of it, is in
``data/hostile.yaml``; ``docs/hostile.rst`` is made from both.
"""

import json
import sys
import time
from collections import Counter

import yaml

from tools import paths
from tools.steps import say

SOURCE = paths.ROOT / "data" / "hostile.yaml"
DOCUMENT = paths.ROOT / "docs" / "hostile.rst"
PARTS = {
    "insider": "people with an account of the office",
    "outsider": "visitors, residents, robots",
    "mail": "e-mails as bytes, by SMTP",
    "names": "1,000 candidate names and numbers",
}
MODES = {"without": "without keys", "keys": "with keys"}
_FLAGS = {"--keys": "keys", "--no-keys": "without"}
_HEAD = """\
=============
Hostile round
=============

.. This file is made by ``./run hostile`` from what it tried and ``data/hostile.yaml``.

An office with demo data, beside ``project``, ``crm``, ``survey``, ``mass_mailing``,
``hr_holidays``, ``website``, OCA's ``auditlog``, ``mail_tracking`` and the bridges of the
helpdesk, attacked on a running server: by remote calls, pages, papers, files, e-mails.
Residents filed what nobody may get at, by the portal's own forms; what comes back is
searched for it, and rows of finished and hidden cases are compared before and after every
attempt. An attempt is one person, one way, one target; it makes many calls. The figures are
those of each way's last run, maybe of several days and commits; what was not run is named.

"""


def main(arguments):
    """Attack, write the document, and return the exit status."""
    modes = [_FLAGS[item] for item in arguments if item in _FLAGS] or list(MODES)
    words = [item for item in arguments if item not in _FLAGS]
    parts = [item for item in words if item in PARTS] or list(PARTS)
    ways = [item for item in words if item not in PARTS]
    campaign = _campaign()
    for mode in modes:
        for part in parts:
            start = time.monotonic()
            rows = campaign.run(part, mode, ways)
            say(
                f"{part} {MODES[mode]}: {_told(rows)}, {time.monotonic() - start:.0f} s"
            )
            note(mode, part, rows)
            for row in rows:
                if row["verdict"] not in ("refused", "nothing gained"):
                    say(
                        f"  {row['verdict']}: {row['who']} {row['way']} {row['target']}"
                    )
                    say(
                        "".join(f"      {text}\n" for text in row["found"][:6]).rstrip()
                    )
    DOCUMENT.write_text(document())
    return bool(
        [row for rows in results().values() for row in rows if not is_known(row)]
    )


def _campaign():
    sys.path.insert(0, str(paths.ROOT / "tests" / "hostile"))
    import campaign

    return campaign


def result(mode, part):
    """Return where the attempts of a part are noted."""
    return paths.WORK / f"hostile-{mode}-{part}.json"


def note(mode, part, rows):
    """Note attempts in the place of earlier ones by the same ways."""
    path, ways = result(mode, part), {row["way"] for row in rows}
    before = json.loads(path.read_text()) if path.is_file() else []
    kept = [row for row in before if row["way"] not in ways]
    path.write_text(json.dumps(kept + rows, ensure_ascii=False))


def results():
    """Return ``{(mode, part): attempts}`` of what was run last."""
    return {
        (mode, part): json.loads(result(mode, part).read_text())
        for mode in MODES
        for part in PARTS
        if result(mode, part).is_file()
    }


def source():
    """Return what was found before, and what may come back as it does."""
    return yaml.safe_load(SOURCE.read_text()) if SOURCE.is_file() else {}


def is_known(row):
    """Return whether an attempt got nothing, or what an office has to live with.

    >>> is_known({"verdict": "refused"}), is_known({"verdict": "broken", "way": "x"})
    (True, False)
    """
    if row["verdict"] in ("refused", "nothing gained"):
        return True
    return row["verdict"] == "SUCCESS" and any(
        item["way"] == row["way"]
        and row["who"] in item["who"]
        and all(any(word in text for word in item["words"]) for text in row["found"])
        for item in source().get("accepted", ())
    )


def _told(rows):
    verdicts = Counter(row["verdict"] for row in rows)
    calls = sum(row["calls"] for row in rows)
    told = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
    return f"{len(rows)} attempts ({calls} calls): {told}"


def document():
    """Return the document as text."""
    lines = [
        _HEAD + "Figures",
        "=======",
        "",
        ".. list-table::",
        "   :header-rows: 1",
        "",
    ]
    lines += _row("who", "keys", "attempts", "calls", "refused", "nothing", "success")
    for (mode, part), rows in results().items():
        verdicts = Counter(row["verdict"] for row in rows)
        lines += _row(
            PARTS[part],
            MODES[mode],
            len(rows),
            sum(row["calls"] for row in rows),
            verdicts["refused"],
            verdicts["nothing gained"],
            len(rows) - verdicts["refused"] - verdicts["nothing gained"],
        )
    lines += [
        "",
        "*Success* counts what the office has to live with (below) as well.",
        "",
    ]
    lines += [*_not_run(), *_ways()]
    lines += ["What was found", "==============", ""]
    for item in source().get("found", ()):
        lines += [f"**{item['what'].strip()}** ({item['severity']})", ""]
        lines += [f"    {item['became'].strip()}", ""]
        lines += [f"    ``{item['test']}``", ""] if item.get("test") else []
    lines += ["What an office has to live with", "===============================", ""]
    for item in source().get("accepted", ()):
        lines += [f"- ``{item['way']}`` ({', '.join(item['who'])}): {item['why']}"]
    return "\n".join(lines).rstrip() + "\n"


def _not_run():
    """Return the lines that name what no attempt was made of."""
    known, done = _campaign().known_ways, results()
    lines = ["Not run", "=======", ""]
    for mode in MODES:
        for part in PARTS:
            rows = done.get((mode, part), ())
            left = sorted(known(part) - {row["way"] for row in rows})
            if not rows:
                lines.append(f"- {PARTS[part]}, {MODES[mode]}: nothing was")
            elif left:
                ways = ", ".join(f"``{way}``" for way in left)
                lines.append(f"- {PARTS[part]}, {MODES[mode]}: {ways}")
    return [*lines, ""] if len(lines) > 3 else []


def _ways():
    """Return the lines of the table of ways."""
    counts, successes = Counter(), Counter()
    for rows in results().values():
        for row in rows:
            counts[row["way"]] += 1
            successes[row["way"]] += not is_known(row)
    lines = ["Ways", "====", "", ".. list-table::", "   :header-rows: 1", ""]
    lines += _row("way", "attempts", "got something")
    for way, count in sorted(counts.items()):
        lines += _row(f"``{way}``", count, successes[way])
    return [*lines, ""]


def _row(*cells):
    first, *rest = cells
    return [f"   * - {first}", *(f"     - {cell}" for cell in rest)]
