"""The Chinese of the OCA add-ons: complete, and with nothing lost on the way."""

import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("polib")

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("oca_po", ROOT / "tools" / "oca_po.py")
oca_po = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(oca_po)

TERMS = oca_po.read_terms()
GAPS = oca_po.read_terms(oca_po.GAPS)
MODULES = dict.fromkeys(oca_po.MODULES, TERMS) | dict.fromkeys(
    oca_po.CORE_MODULES, GAPS
)


def _lost(source, translation):
    """Tell what a translation lost of its source, empty when nothing."""
    if oca_po.markup(translation) != oca_po.markup(source):
        return "tags or placeholders"
    if oca_po.ordered_placeholders(translation) != oca_po.ordered_placeholders(source):
        return "order of placeholders"
    if _margins(translation) != _margins(source):
        return "white space around"
    return ""


def _margins(text):
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def test_translations_keep_tags_placeholders_and_margins():
    pairs = [*TERMS.items(), *GAPS.items()]
    faults = {source: _lost(source, value) for source, value in pairs}
    assert not {source: fault for source, fault in faults.items() if fault}


def test_lost_markup_is_noticed():
    assert oca_po.markup("<b>%(name)s</b>") != oca_po.markup("<b>%(nme)s</b>")
    assert oca_po.markup("{{object.name}} closed") != oca_po.markup("已关闭")
    assert oca_po.markup('<i title="Yes"/>') == oca_po.markup('<i title="是"/>')
    assert oca_po.markup('<a href="/a"/>') != oca_po.markup('<a href="/b"/>')


def test_cells_are_unescaped():
    assert oca_po.unescape(r"a\nb\tc\\n") == "a\nb\tc\\n"


@pytest.mark.parametrize("module", oca_po.MODULES)
def test_every_term_of_the_addon_is_translated(module):
    if not oca_po.pot_path(module):
        pytest.skip(f"{module} is not installed")
    missing = [e.msgid for e in oca_po.entries(module) if e.msgid not in TERMS]
    assert not missing


def test_every_gap_belongs_somewhere():
    """A word of odoo.tsv that fills no gap is a leftover."""
    if not all(map(oca_po.pot_path, oca_po.CORE_MODULES)):
        pytest.skip("this Odoo ships no templates")
    used = {e.msgid for m in oca_po.CORE_MODULES for e in oca_po.gaps(m, GAPS)}
    assert used == set(GAPS)


@pytest.mark.parametrize("module", MODULES)
def test_po_file_is_up_to_date(module):
    if not oca_po.pot_path(module):
        pytest.skip(f"{module} is not installed")
    path = oca_po.TARGET / module / f"{oca_po.LANG}.po"
    assert path.read_text("utf-8") == oca_po.po_text(module, MODULES[module])
