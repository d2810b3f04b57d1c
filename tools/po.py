"""Our own Chinese: templates from Odoo, words from ``i18n/terms``, checks.

``update``   export the .pot of each add-on and bring its ``i18n/zh_CN.po`` up to date
``missing``  list the terms without translation, ready to be pasted into a .tsv
``check``    fail on missing, doubtful or damaged translations and on other words than
             those of ``i18n/glossary.csv``; needs no database

The words of the OCA add-ons are not kept here: see ``tools/oca_po.py``.
"""

import csv
import re
from collections import Counter

import polib

from tools import databases, odoo_cli, paths
from tools.steps import Failure, say, step

LANG = "zh_CN"
TERMS = paths.ROOT / "i18n" / "terms"
GLOSSARY = paths.ROOT / "i18n" / "glossary.csv"
BASE_TERMS = ("oca.tsv", "odoo.tsv")
#: It carries words of others and says nothing itself, see ``tools/oca_po.py``.
SILENT = ("community_complaint_l10n_zh",)
# a tag, an inline expression, a %-placeholder
MARKUP = re.compile(
    r"</?[A-Za-z][^<>]*>|\{\{.*?\}\}|%\([A-Za-z_]\w*\)[a-z]|%[sdfi]", re.DOTALL
)
# attributes of a tag that are shown, and therefore translated
SHOWN = re.compile(r'\b(?:alt|title|aria-label|placeholder|string)="[^"]*"')
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def main(arguments):
    """Run a subcommand and return the exit status."""
    commands = {"update": update, "missing": missing, "check": run_check}
    if len(arguments) != 1 or arguments[0] not in commands:
        raise Failure(f"usage: ./run po {'|'.join(commands)}")
    return commands[arguments[0]]()


def speaking():
    """Return the names of our add-ons that have words of their own."""
    return [name for name in paths.present_addons() if name not in SILENT]


def update():
    """Export the templates and merge the words into every add-on's .po file."""
    addons = speaking()
    if not addons:
        raise Failure("There is no add-on yet.")
    export(addons)
    words = read_words()
    for addon in addons:
        merge(addon, words)
    return missing()


def export(addons):
    """Let Odoo write ``i18n/<addon>.pot`` of each add-on."""
    database = "cc_po_export"
    log = paths.LOGS / "po-export.log"
    log.unlink(missing_ok=True)
    with step("Exporting the terms"):
        databases.copy(databases.ensure_template(), database)
        databases.install(database, addons, log)
        odoo_cli.call(log, "i18n", "export", "-d", database, *addons)
        databases.drop(database)
    for addon in addons:
        steady(pot_path(addon))


def steady(path):
    """Drop the date from a template, so that it changes only with its terms."""
    pot = polib.pofile(str(path), wrapwidth=78)
    for name in ("POT-Creation-Date", "PO-Revision-Date"):
        pot.metadata.pop(name, None)
    pot.metadata["Project-Id-Version"] = "Odoo Server 19.0"
    pot.save(str(path))


def pot_path(addon):
    """Return the path of an add-on's template."""
    return paths.ROOT / addon / "i18n" / f"{addon}.pot"


def po_path(addon):
    """Return the path of an add-on's Chinese."""
    return paths.ROOT / addon / "i18n" / f"{LANG}.po"


def read_words():
    """Return ``{English: Chinese}`` of all our .tsv files.

    A term with two different translations is refused: one word for one thing.
    """
    words, origin = {}, {}
    for path in sorted(TERMS.glob("*.tsv")):
        if path.name in BASE_TERMS:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            source, tab, value = line.partition("\t")
            if not tab or not value.strip():
                raise Failure(f"{path.name}:{number}: two columns are needed")
            source, value = unescape(source), unescape(value)
            if words.setdefault(source, value) != value:
                say(
                    f"   {path.name}:{number}: {source!r} is {words[source]!r}"
                    f" in {origin[source]} and {value!r} here; the first stays"
                )
            origin.setdefault(source, f"{path.name}:{number}")
    return words


def squeeze(text):
    r"""Return a text with every run of white space as one space.

    >>> squeeze("one\n    two ")
    'one two'
    """
    return " ".join(text.split())


def unchanged():
    """Return the terms that Chinese leaves as they are."""
    return {source for source, value in read_words().items() if source == value}


def unescape(text):
    r"""Return the text of a cell.

    >>> unescape(r"one\ntwo\\n")
    'one\ntwo\\n'
    """
    known = {"n": "\n", "t": "\t", "\\": "\\"}
    return re.sub(r"\\(.)", lambda found: known.get(found[1], found[0]), text)


def escape(text):
    r"""Return a text as a cell.

    >>> escape("one\ntwo")
    'one\\ntwo'
    """
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def merge(addon, words):
    """Bring a .po file up to date with its template and the words."""
    path = po_path(addon)
    known = {}
    if path.is_file():
        old = polib.pofile(str(path))
        known = {e.msgid: e.msgstr for e in old if e.msgstr and not e.fuzzy}
    po = polib.pofile(str(pot_path(addon)), wrapwidth=78)
    po.metadata.update({"Language": LANG, "Plural-Forms": "nplurals=1; plural=0;"})
    # a view that was indented anew keeps its words
    squeezed = {squeeze(source): value for source, value in words.items()}
    for entry in po:
        word = (
            words.get(entry.msgid)
            or squeezed.get(squeeze(entry.msgid))
            or known.get(entry.msgid, "")
        )
        # what stays as it is ("SHA-256") is left out, as the OCA's checks want it
        entry.msgstr = word if word != entry.msgid else ""
    po.save(str(path))
    say(f"   {addon}: {po.percent_translated()} % of {len(po)} terms")


def entries():
    """Yield ``(addon, entry)`` of all our .po files."""
    for addon in speaking():
        if po_path(addon).is_file():
            for entry in polib.pofile(str(po_path(addon))):
                if not entry.obsolete:
                    yield addon, entry


def missing():
    """Print the terms without translation."""
    seen = unchanged()
    given = len(seen)
    for addon, entry in entries():
        if not entry.msgstr and entry.msgid not in seen:
            seen.add(entry.msgid)
            say(f"{escape(entry.msgid)}\t")
            say(f"#   {addon}: {entry.occurrences[0][0] if entry.occurrences else ''}")
    say(f"{len(seen) - given} terms have no translation.")
    return 0


def run_check():
    """Print all faults and return the exit status."""
    faults = check()
    for fault in faults:
        say(f"   {fault}")
    say(f"Translations: {len(faults)} faults.")
    return 1 if faults else 0


def check():
    """Return all faults of our .po files."""
    faults = [
        f"{addon}: i18n/{path.name} is absent; ./run po update"
        for addon in speaking()
        for path in (pot_path(addon), po_path(addon))
        if not path.is_file()
    ]
    glossary, same = read_glossary(), unchanged()
    for addon, entry in entries():
        if not entry.msgstr and entry.msgid in same:
            continue
        text = " ".join(entry.msgid.split())[:70]
        faults += [f"{addon}: {text!r}: {f}" for f in entry_faults(entry, glossary)]
    for addon in speaking():
        if pot_path(addon).is_file() and po_path(addon).is_file():
            template = {entry.msgid for entry in polib.pofile(str(pot_path(addon)))}
            known = {entry.msgid for entry in polib.pofile(str(po_path(addon)))}
            if template != known:
                faults.append(f"{addon}: .pot and .po differ; ./run po update")
    return faults


def entry_faults(entry, glossary):
    """Yield what is wrong with one entry."""
    if entry.fuzzy:
        yield "is marked fuzzy"
    if not entry.msgstr:
        yield "has no translation"
        return
    if markup(entry.msgid) != markup(entry.msgstr):
        yield "tags or placeholders differ"
    if positional(entry.msgid) != positional(entry.msgstr):
        yield "unnamed placeholders are in another order"
    yield from glossary_faults(entry.msgid, entry.msgstr, glossary)


def markup(text):
    """Return what must not be lost: tags and placeholders, counted."""
    return Counter(SHOWN.sub("", part) for part in MARKUP.findall(text))


def positional(text):
    """Return the unnamed placeholders in their order."""
    return re.findall(r"%[sdfi]", text)


def read_glossary():
    """Return ``[(pattern, [Chinese words])]``, long English terms first."""
    with open(GLOSSARY, newline="") as stream:
        rows = list(csv.DictReader(stream))
    terms = [
        (form, row["zh"].split("|")) for row in rows for form in row["en"].split("|")
    ]
    terms.sort(key=lambda term: -len(term[0]))
    return [
        (re.compile(rf"(?<![\w-]){re.escape(form)}(?![\w-])", re.IGNORECASE), chinese)
        for form, chinese in terms
    ]


def glossary_faults(source, value, glossary):
    """Yield the agreed words that a translation does not use.

    >>> words = [(re.compile("result notice"), ["结果通知"]),
    ...          (re.compile("notice"), ["通知书"])]
    >>> list(glossary_faults("a result notice", "处理结果通知", words))
    []
    >>> list(glossary_faults("a notice", "告示", words))
    ["'notice' should be 通知书"]
    """
    rest = MARKUP.sub(" ", source)
    if not CHINESE.search(value):
        return
    for pattern, chinese in glossary:
        if found := pattern.search(rest):
            rest = pattern.sub(" ", rest)
            if not any(word in value for word in chinese):
                yield f"{found[0]!r} should be {' or '.join(chinese)}"
