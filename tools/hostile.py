"""Attack a running office as insiders and outsiders do, and write what came of it.

    ./run hostile                       # everything, with keys of identities and without
    ./run hostile --keys insider        # one part, one mode: insider, outsider, mail, names
    ./run hostile outsider codes        # some ways of a part
    ./run hostile --rest                # what was not run yet on the add-ons as they are

Each way is noted when it is done, so that a round which was stopped goes on with ``--rest``.

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
_REST = "--rest"
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
way. An attempt is one person, one way, one target; it makes many calls. The figures are
those of each way's last run; what was not run, or on other code than the rest, is named.

"""


def main(arguments):
    """Attack, write the document, and return the exit status."""
    modes = [_FLAGS[item] for item in arguments if item in _FLAGS] or list(MODES)
    words = [item for item in arguments if item not in (*_FLAGS, _REST)]
    parts = [item for item in words if item in PARTS] or list(PARTS)
    names = [item for item in words if item not in PARTS]
    campaign, present = _campaign(), state()
    for mode in modes:
        for part in parts:
            ways = campaign.chosen(part, names)
            if _REST in arguments:
                ways = sorted(set(ways) - _done(mode, part, present))
            start, rows = time.monotonic(), []
            for way, tried in campaign.run(part, mode, ways) if ways else ():
                note(mode, part, way, tried, present)
                rows += tried
                _tell_successes(tried)
            say(
                f"{part} {MODES[mode]}: {_told(rows)}, {time.monotonic() - start:.0f} s"
            )
            DOCUMENT.write_text(document())
    return bool(
        [row for rows in results().values() for row in rows if not is_known(row)]
    )


def _tell_successes(rows):
    for row in rows:
        if not is_known(row):
            say(f"  {row['verdict']}: {row['who']} {row['way']} {row['target']}")
            say("".join(f"      {text}\n" for text in row["found"][:6]).rstrip())


def state():
    """Return what names the add-ons as they are."""
    folders = [paths.ROOT / name for name in (*paths.ADDONS, *paths.BESIDE)]
    files = [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not {"tests", "__pycache__"} & set(path.relative_to(folder).parts)
    ]
    return paths.files_hash(*files)[:10]


def _campaign():
    sys.path.insert(0, str(paths.ROOT / "tests" / "hostile"))
    import campaign

    return campaign


def result(mode, part):
    """Return where the attempts of a part are noted."""
    return paths.WORK / f"hostile-{mode}-{part}.json"


def note(mode, part, way, rows, present):
    """Note the attempts of one way in the place of earlier ones.

    :param present: see :func:`state`
    """
    kept = [row for row in results().get((mode, part), ()) if row["of"] != way]
    rows = [{**row, "of": way, "state": present} for row in rows]
    result(mode, part).write_text(json.dumps(kept + rows, ensure_ascii=False))


def _done(mode, part, present):
    """Return the names of the ways that were run on the add-ons as they are."""
    rows = results().get((mode, part), ())
    return {row["of"] for row in rows if row["state"] == present}


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
    """Return the lines that name what no attempt was made of, or on other code."""
    campaign, done = _campaign(), results()
    last = Counter(row["state"] for rows in done.values() for row in rows)
    [(common, _count)] = last.most_common(1) or [("", 0)]
    lines = ["Not run", "=======", ""]
    for mode in MODES:
        for part in PARTS:
            rows = done.get((mode, part), ())
            left = set(campaign.chosen(part)) - {row["of"] for row in rows}
            other = {row["of"] for row in rows if row["state"] != common}
            what = f"{PARTS[part]}, {MODES[mode]}"
            if not rows:
                lines.append(f"- {what}: nothing was")
                continue
            for names, how in ((left, ""), (other, "on other code only: ")):
                if names:
                    listed = ", ".join(f"``{name}``" for name in sorted(names))
                    lines.append(f"- {what}: {how}{listed}")
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
