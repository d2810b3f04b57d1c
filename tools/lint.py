"""``./run lint``: form of Python, XML, JavaScript, manifests and translations."""

import ast
import re
import shutil
import subprocess

from tools import house, packages, paths, po
from tools.steps import Failure, run, say, stamp, stamped, step

NODE = paths.WORK / "node"
LONGEST_FILE = 600
# what the add-ons leave out on purpose
OCA_DISABLED = (
    # the papers of the add-ons are in the top folder
    "missing-readme",
    # component names of a translation server that is not used
    "weblate-component-too-long",
    # our forms replace fields of our own forms
    "xml-view-dangerous-replace-low-priority",
    # .po files next to the base's words, data read by tests
    "file-not-used",
)
SUDO = re.compile(r"\.sudo\((?!False\))")
#: Stories played through the screens, and what nobody does there: calls of the server.
ON_SCREEN = "tests/scenarios/screen_"
SHORTCUT = re.compile(
    r"\.(?:create|write|unlink|copy|with_user|sudo|message_\w+|action_\w+)\("
    # of records; the story's own verbs are its own
    r"|(?<!\bself)\._(?:do|take|cron|queue|write|create|emit|post|force|born)(?:_\w+)?\("
    r"|(?:self\.)?ticket(?:\.\w+)+ [+|-]?= |\b(?:INSERT INTO|DELETE FROM)\b"
)
#: Texts whose stories are played through the screens, and stay so.
SCREENED = ("r01", "r02", "xinfang")
MODEL = re.compile(r'^    _name = "([a-z_.]+)"', re.MULTILINE)


def main(arguments):
    """Run all checks and return the exit status."""
    if set(arguments) - {"--fix"}:
        raise Failure("usage: ./run lint [--fix]")
    fix = "--fix" in arguments
    checks = [
        ("ruff check", lambda: ruff("check", *(["--fix"] if fix else []))),
        ("ruff format", lambda: ruff("format", *([] if fix else ["--check"]))),
        ("pylint-odoo", pylint),
        ("oca-checks-odoo-module", oca_modules),
        ("oca-checks-po", oca_po),
        ("translations", po.run_check),
        ("words of the base add-ons", base_words),
        ("prettier", lambda: prettier(fix)),
        ("house rules", lambda: house_rules(fix)),
    ]
    failed = []
    for name, check in checks:
        with step(name):
            if check():
                failed.append(name)
    say(f"lint: {'failed: ' + ', '.join(failed) if failed else 'all good'}")
    return 1 if failed else 0


def call(*command):
    """Run a checker in the top folder and return its exit status."""
    return subprocess.run([str(part) for part in command], cwd=paths.ROOT).returncode


def script(name):
    """Return the path of a program of the virtual environment."""
    return paths.VENV / "bin" / name


def ruff(*arguments):
    """Check or format Python."""
    return call(script("ruff"), *arguments, "--quiet", ".")


def pylint():
    """Check the add-ons by the rules of the OCA."""
    addons = paths.present_addons()
    if not addons:
        return 0
    # the ticket is extended once per concern, a file each, on purpose; on the command
    # line, because the group that the file enables would enable this one again
    merging = "--disable=consider-merging-classes-inherited"
    return call(paths.PYTHON, "-m", "pylint", "--rcfile=.pylintrc", merging, *addons)


def oca_modules():
    """Check manifests and XML of the add-ons by the rules of the OCA."""
    addons = paths.present_addons()
    if not addons:
        return 0
    disabled = ",".join(OCA_DISABLED)
    return call(script("oca-checks-odoo-module"), f"--disable={disabled}", *addons)


def oca_po():
    """Check our own translation files by the rules of the OCA."""
    files = [
        path
        for addon in (*paths.ADDONS, *paths.BESIDE)
        for path in sorted((paths.ROOT / addon).glob("i18n/*.po*"))
    ]
    return call(script("oca-checks-po"), *files) if files else 0


def base_words():
    """Check that the carried Chinese of the base add-ons is up to date."""
    return call(paths.PYTHON, paths.ROOT / "tools" / "oca_po.py", "--check")


def prettier(fix):
    """Check or format XML, JavaScript and style sheets."""
    files = [
        path.relative_to(paths.ROOT)
        for addon in (*paths.ADDONS, *paths.BESIDE)
        for path in sorted((paths.ROOT / addon).rglob("*"))
        if path.suffix in (".xml", ".js", ".scss", ".css")
        and "lib" not in path.relative_to(paths.ROOT).parts
    ]
    if not files:
        return 0
    ensure_node()
    modules = NODE / "node_modules"
    plugin = modules / "@prettier" / "plugin-xml" / "src" / "plugin.js"
    command = ["node", modules / "prettier" / "bin" / "prettier.cjs"]
    command += [f"--plugin={plugin}", "--config", paths.ROOT / "package.json"]
    mode = ["--write", "--list-different"] if fix else ["--check", "--log-level=warn"]
    return call(*command, *mode, *files) and not fix


def ensure_node():
    """Install the formatter that package-lock.json names."""
    if not shutil.which("npm"):
        raise Failure(
            "Node.js with npm is needed to check XML and JavaScript; install them:\n"
            "   apt-get install nodejs npm"
        )
    names = ("package.json", "package-lock.json")
    key = paths.files_hash(*(paths.ROOT / name for name in names))
    if stamped("node", key) and (NODE / "node_modules").is_dir():
        return
    NODE.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(paths.ROOT / name, NODE / name)
    with step("Installing prettier"):
        run(["npm", "ci", "--no-audit", "--no-fund"], cwd=NODE)
    stamp("node", key)


def house_rules(fix):
    """Check the rules that no other tool knows."""
    faults = [fault for path in sources() for fault in file_faults(path)]
    faults += direction_faults()
    faults += screen_faults()
    faults += house.faults(fix)
    faults += packages.faults(fix)
    for fault in faults:
        say(f"   {fault}")
    return bool(faults)


def sources():
    """Return our source files."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py", "*.xml", "*.js"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
    )
    return [paths.ROOT / name for name in listed.stdout.splitlines()]


def file_faults(path):
    """Yield what is wrong with a file by our own rules."""
    if not path.is_file():
        return
    lines = path.read_text().splitlines()
    name = path.relative_to(paths.ROOT)
    # a test file may hold one behaviour from all sides
    longest = LONGEST_FILE + 200 * ("tests" in name.parts)
    if len(lines) > longest:
        yield f"{name}: {len(lines)} lines, more than {longest}"
    if name.as_posix().startswith(ON_SCREEN):
        for number in shortcuts(lines):
            yield f"{name}:{number}: nobody can press this; act by tests/driver"
    if (
        path.suffix == ".py"
        and name.parts[0] in (*paths.ADDONS, *paths.BESIDE)
        and "tests" not in name.parts
    ):
        for number in unexplained_sudo(lines):
            yield f"{name}:{number}: sudo() without '# sudo: <model> - <reason>'"
        for number, line in enumerate(lines, 1):
            if "context_today(" in line:
                yield f"{name}:{number}: the reader's day; ask _office_date()"


def shortcuts(lines):
    """Yield the numbers of lines that call the server where somebody should press.

    >>> list(shortcuts(["clerk.press('Accept')", "self.ticket.action_accept()"]))
    [2]
    >>> list(shortcuts(["ticket.with_user(user).write({})"]))
    [1]
    >>> list(shortcuts(["ticket.user_id = user", "x._cron_deliver()", "t._emit_event('')"]))
    [1, 2, 3]
    >>> list(shortcuts(["if self.ticket.phase == 'closed':", "ticket = self.ticket"]))
    []
    """
    for number, line in enumerate(lines, 1):
        if SHORTCUT.search(line):
            yield number


def screen_faults():
    """Yield which texts are not played through the screens any more."""
    for name in SCREENED:
        path = paths.ROOT / "data" / "scenarios" / f"{name}.yaml"
        if "\nplayed: screens\n" not in path.read_text():
            yield f"{path.relative_to(paths.ROOT)}: no longer played through the screens"


def direction_faults():
    """Yield where an add-on names something of one that it does not depend on."""
    addons = paths.present_addons()
    texts = {addon: own_texts(addon) for addon in addons}
    for addon in addons:
        for other in set(addons) - needed(addon):
            own = models_of(
                text for name in needed(addon) for text in texts[name].values()
            )
            pattern = foreign(other, models_of(texts[other].values()) - own)
            for name, text in texts[addon].items():
                for found in pattern.finditer(text):
                    number = text.count("\n", 0, found.start()) + 1
                    yield f"{name}:{number}: {found[0]!r} is {other}'s"


def needed(addon):
    """Return an add-on of ours with those it depends on."""
    manifest = paths.ROOT / addon / "__manifest__.py"
    found = {addon}
    for name in ast.literal_eval(manifest.read_text())["depends"]:
        if name in paths.ADDONS:
            found |= needed(name)
    return found


def own_texts(addon):
    """Return ``{path: text}`` of what an add-on runs; tests and migrations may know all."""
    return {
        path.relative_to(paths.ROOT): path.read_text()
        for path in sources()
        if path.is_file()
        and path.suffix in (".py", ".xml")
        and path.relative_to(paths.ROOT).parts[0] == addon
        and not {"tests", "migrations"} & set(path.parts)
    }


def models_of(texts):
    """Return the names of the models that texts define.

    >>> models_of(['class Leaf:\\n    _name = "a.leaf"'])
    {'a.leaf'}
    """
    return {name for text in texts for name in MODEL.findall(text)}


def foreign(addon, models):
    """Return the pattern of what only an add-on has: its code, xmlids and models.

    >>> bool(foreign("leaf", []).search("needs leaf"))
    False
    >>> bool(foreign("leaf", []).search("import odoo.addons.leaf"))
    True
    >>> bool(foreign("leaf", ["a.leaf"]).search('env["a.leaf"]'))
    True
    """
    patterns = [rf"odoo\.addons\.{addon}\b", rf"\b{addon}\.(?=\w)"]
    patterns += [rf"(?<=[\"'>]){re.escape(name)}(?=[\"'<])" for name in sorted(models)]
    return re.compile("|".join(patterns))


def unexplained_sudo(lines):
    """Yield the numbers of lines with a ``sudo()`` that nothing explains.

    The explanation is on the line or in the comment right above the statement.

    >>> list(unexplained_sudo(["a = b.sudo()"]))
    [1]
    >>> list(unexplained_sudo(["# sudo: b - reason", "a = b.sudo()"]))
    []
    """
    for number, line in enumerate(lines, 1):
        if SUDO.search(line) and not line.lstrip().startswith(("#", '"')):
            above = lines[max(number - 4, 0) : number]
            if not any("# sudo:" in near for near in above):
                yield number
