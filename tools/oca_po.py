"""Write the Chinese .po files of other add-ons that community_complaint_l10n_zh carries.

    python tools/oca_po.py            write community_complaint_l10n_zh/i18n_base/<module>/zh_CN.po
    python tools/oca_po.py --check    change nothing; fail when a file is out of date

The words come from i18n/terms/oca.tsv (OCA add-ons, complete) and i18n/terms/odoo.tsv
(what Odoo's own Chinese leaves out and our users meet), the places they belong to from
the .pot files of the installed add-ons. Run it after changing the words or the pinned versions.
"""

import argparse
import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
TERMS = ROOT / "i18n" / "terms" / "oca.tsv"
GAPS = ROOT / "i18n" / "terms" / "odoo.tsv"
TARGET = ROOT / "community_complaint_l10n_zh" / "i18n_base"
LANG = "zh_CN"
MODULES = (
    "helpdesk_mgmt",
    "helpdesk_type",
    "helpdesk_mgmt_rating",
    "base_tier_validation",
    "report_xlsx",
)
#: Odoo's own add-ons: only the gaps of their Chinese that odoo.tsv names.
CORE_MODULES = (
    "web",
    "mail",
    "portal",
    "resource",
    "html_editor",
    "hr",
    "calendar",
    "auth_signup",
)

# What the add-ons show and their .pot files miss: strings that Odoo's extractor does not
# see, and fields that exist only beside another add-on (sms).
PYTHON = "odoo-python"
LABEL = "model:ir.model.fields,field_description:"
APPROVAL = "code:addons/base_tier_validation/models/tier_validation.py"
MISSED = {
    "helpdesk_mgmt": [
        ("SMS Delivery error", f"{LABEL}helpdesk_mgmt.{field}", "")
        for field in (
            "field_helpdesk_ticket__message_has_sms_error",
            "field_helpdesk_ticket_team__message_has_sms_error",
        )
    ],
    "base_tier_validation": [
        ("Description", f"{LABEL}base_tier_validation.field_tier_review__name", ""),
        ("Operation has been <b>validated</b>!", APPROVAL, PYTHON),
        ("Operation has been <b>rejected</b>.", APPROVAL, PYTHON),
    ],
}

# A tag, a QWeb inline expression, or a %-placeholder: none may be lost in translation.
MARKUP = re.compile(
    r"</?[A-Za-z][^<>]*>|\{\{.*?\}\}|%\([A-Za-z_]\w*\)[sdf]|%[sdf]", re.DOTALL
)
SHOWN_ATTRIBUTE = re.compile(r'\b(alt|title|aria-label|placeholder)="[^"]*"')


def unescape(text):
    """Return the text of a cell: ``\\n``, ``\\t`` and ``\\\\`` stand for themselves."""
    known = {"n": "\n", "t": "\t", "\\": "\\"}
    return re.sub(r"\\(.)", lambda match: known[match[1]], text)


def read_terms(path=TERMS):
    """Return ``{English: Chinese}``; a line that is not a pair is an error."""
    terms = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        cells = [unescape(cell) for cell in line.split("\t")]
        if len(cells) != 2 or not all(cells):
            raise ValueError(f"{path.name}:{number}: expected English, tab, Chinese")
        source, translation = cells
        if terms.setdefault(source, translation) != translation:
            raise ValueError(f"{path.name}:{number}: {source!r} is translated twice")
    return terms


def markup(text):
    """Return the tags and placeholders of a text, counted.

    Attributes that people read may be translated, so their values do not count.
    """
    return Counter(
        SHOWN_ATTRIBUTE.sub(r"\1", match[0]) for match in MARKUP.finditer(text)
    )


def ordered_placeholders(text):
    """Return the unnamed placeholders, whose order matters."""
    return re.findall(r"%[sdf]", text)


def pot_path(module):
    """Return the .pot file of an installed add-on, None when it is not installed."""
    try:
        spec = importlib.util.find_spec(f"odoo.addons.{module}")
    except ModuleNotFoundError:
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(next(iter(spec.submodule_search_locations)), "i18n", f"{module}.pot")
    return path if path.exists() else None


def entries(module):
    """Return the entries of an add-on: those of its .pot and those it misses."""
    found = {entry.msgid: entry for entry in polib.pofile(str(pot_path(module)))}
    for source, place, comment in MISSED.get(module, ()):
        entry = found.setdefault(source, polib.POEntry(msgid=source))
        if not any(place == known for known, _line in entry.occurrences):
            entry.occurrences.append((place, "0" if place.startswith("code:") else ""))
        entry.comment = entry.comment or "\n".join(
            filter(None, (f"module: {module}", comment))
        )
    return list(found.values())


def gaps(module, words):
    """Return the entries of one of Odoo's add-ons that its own Chinese leaves out."""
    path = pot_path(module)
    theirs = {}
    if (own := path.with_name(f"{LANG}.po")).exists():
        theirs = {e.msgid: e.msgstr for e in polib.pofile(str(own)) if not e.fuzzy}
    return [
        entry
        for entry in polib.pofile(str(path))
        if entry.msgid in words and not theirs.get(entry.msgid)
    ]


def po_text(module, terms):
    """Return the content of the .po file of an add-on."""
    po = polib.POFile(wrapwidth=78)
    po.header = (
        f"Simplified Chinese of {module}, carried by community_complaint.\n"
        "Written by tools/oca_po.py from i18n/terms; do not edit."
    )
    po.metadata = {
        "Project-Id-Version": "Odoo Server 19.0",
        "Language": LANG,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    known = gaps(module, terms) if module in CORE_MODULES else entries(module)
    for entry in known:
        po.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=terms[entry.msgid],
                comment=entry.comment,
                occurrences=entry.occurrences,
            )
        )
    return f"{po}\n"


def main(argv=None):
    """Write or check the files; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args(argv).check
    absent = [module for module in MODULES if not pot_path(module)]
    if absent:
        print("not installed:", *absent, file=sys.stderr)
        return 2
    words = dict.fromkeys(MODULES, read_terms())
    words |= dict.fromkeys(CORE_MODULES, read_terms(GAPS))
    stale = []
    for module, terms in words.items():
        path = TARGET / module / f"{LANG}.po"
        text = po_text(module, terms)
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(module)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    if stale:
        print("out of date:" if check else "written:", *stale)
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
