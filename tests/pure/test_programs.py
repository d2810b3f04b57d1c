"""No text that somebody types is run as a program, not even as a pattern."""

import ast

import pytest

from tools import paths

#: Calls that run or fill in a text, and where each of ours is bounded.
KNOWN = {
    ("complaint_dispatch_email.py", "literal_eval"): "headers that our code wrote",
    ("complaint_sla_policy.py", "literal_eval"): "conditions, see _check_conditions",
    ("complaint_inbound_mail_route.py", "literal_eval"): "values of an alias, no code",
    ("complaint_analysis_told.py", "%"): "a number of months, no text",
    ("complaint_cleared_mixin.py", "format"): "a link whose parts are escaped",
    ("trouble.py", "format"): "an address of a page, which the program gives",
    ("complaint_demo.py", "format"): "stories of the demo office, shipped",
    ("official_holidays.py", "format"): "names of holidays of a shipped table",
}
_RUN = {
    *("eval", "exec", "safe_eval", "literal_eval", "compile", "test_python_expr"),
    # what fills in a text with expressions in it
    *("Template", "from_string", "render_inline_template", "parse_inline_template"),
    *("_render_template", "_render_template_inline_template", "_render_template_qweb"),
}
_FILL = {"format", "format_map", "safe_substitute", "substitute"}
#: Of ``re``: a pattern somebody typed may run for a year.
_SEARCH = {
    "search",
    "match",
    "fullmatch",
    "sub",
    "subn",
    "split",
    "findall",
    "finditer",
}


def _sources():
    for addon in paths.present_addons():
        for path in sorted((paths.ROOT / addon).rglob("*.py")):
            if not {"tests", "migrations"} & {*path.parts}:
                yield path


def _is_constant(node):
    """Return whether a text is one of the source: a literal or a constant of it."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        return True
    return isinstance(node, ast.Name) and node.id.isupper()


def _is_field(node):
    """Return whether a text is an attribute of something, as fields of a record are."""
    return isinstance(node, ast.Attribute) and not node.attr.isupper()


def _programs(tree):
    """Yield the name of each place that runs or fills in a text that is not constant."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _called(node)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            if _is_field(node.left):
                yield "%"
        elif id(node) not in called and _is_handed_on(node):
            yield node.attr


def _is_handed_on(node):
    """Return whether a method that fills in a text is called elsewhere."""
    filling = isinstance(node, ast.Attribute) and node.attr in _FILL
    return filling and _is_field(node.value)


def _called(node):
    name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
    owner = getattr(node.func, "value", None)
    if getattr(owner, "id", None) == "re":
        if name in {*_SEARCH, "compile"} and node.args and _is_field(node.args[0]):
            yield name
        return
    if name in _RUN and not (node.args and _is_constant(node.args[0])):
        yield name
    if name in _FILL and owner is not None and not _is_constant(owner):
        yield name


def test_every_text_that_is_run_is_bounded():
    found = {
        (path.name, name)
        for path in _sources()
        for name in _programs(ast.parse(path.read_text()))
    }
    assert found == KNOWN.keys()


def test_the_search_finds_a_program():
    source = "self.notice_pattern.format(a=1)\nsafe_eval(self.code)\n'{}'.format(1)"
    assert sorted(_programs(ast.parse(source))) == ["format", "safe_eval"]


_real_sources = _sources


@pytest.mark.parametrize(
    "source",
    [
        # a name of a file that an office makes up
        "def name(self):\n    return self.file_pattern % {'number': self.number}",
        # a subject with expressions in it
        "def subject(self):\n    return self._render_template(self.subject, 'x', [1])",
        # a pattern that is handed on and filled in elsewhere
        "def fill(self):\n    write = self.letter_pattern.format\n    return write(a=1)",
        # a search pattern that takes a year on the wrong text
        "def find(self, text):\n    return re.search(self.wanted, text)",
        # a condition
        "def holds(self):\n    return safe_eval(self.condition, {'self': self})",
    ],
)
def test_l_planted_programs_are_found(source, tmp_path, monkeypatch):
    """KIND L, texts that are programs: in a file of ours, the sweep finds one more."""
    path = tmp_path / "planted.py"
    path.write_text(source)
    monkeypatch.setattr(f"{__name__}._sources", lambda: [*_real_sources(), path])
    with pytest.raises(AssertionError, match="planted.py"):
        test_every_text_that_is_run_is_bounded()
