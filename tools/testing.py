"""All tests: suites side by side, one closing line, server logs watched."""

import concurrent.futures
import queue
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field, replace

from tools import databases, logs, odoo_cli, paths, sweeps
from tools.steps import Failure, die_with_parent, lock, say

OCA_MODULES = (
    "helpdesk_mgmt",
    "helpdesk_type",
    "helpdesk_mgmt_rating",
    "base_tier_validation",
    "report_xlsx",
)
# they only start the base's JavaScript unit tests in a browser; nothing of ours is there
LEFT_OUT = ("test_js.py",)
DEMO = "--demo"
WORKERS = 2
NO_TESTS = 5
#: Seconds a whole suite may take on a quiet machine of two cores; see docs/tests.rst.
BUDGETS = {
    "addons": 1300,
    "e2e": 800,
    "install": 600,
    "sweeps": 420,
    "scenarios": 290,
    "sweeps_demo": 110,
    "oca": 50,
    "pure": 28,
    "tools": 2,
}
TIMEOUT = 600
OFFICE = """
from odoo.addons.community_complaint.tests.common import open_office
open_office(env(context={"lang": "en_US"}))
env.cr.commit()
"""


@dataclass
class Result:
    """What a suite came to."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    notes: list = field(default_factory=list)

    def line(self):
        """Return one line about the suite."""
        return (
            f"{self.name}: {self.passed} passed, {self.failed} failed,"
            f" {self.skipped} skipped in {self.seconds:.0f} s"
        )


@dataclass
class Suite:
    """Some tests that one pytest runs.

    :param odoo: run inside Odoo with pytest-odoo, on a database of its own
    :param demo: that database has demo data
    """

    name: str
    targets: list
    odoo: bool = False
    options: tuple = ()
    demo: bool = False

    @property
    def database(self):
        """Return the name of the suite's database."""
        return f"cc_test_{self.name}"


def suites():
    """Return the suites whose tests exist, the longest first."""
    tests = paths.ROOT / "tests"
    top = [tests / name for name in ("e2e", "install")]
    addons = [paths.ROOT / name / "tests" for name in paths.present_addons()]
    site = next(paths.VENV.glob("lib/python3*/site-packages/odoo/addons"), paths.VENV)
    oca = [site / name / "tests" for name in OCA_MODULES]
    ignore = tuple(f"--ignore-glob=*/{name}" for name in LEFT_OUT)
    doctests = [*sorted((paths.ROOT / "tools").glob("[a-z]*.py"))]
    found = [
        Suite("addons", addons, odoo=True),
        *(Suite(path.name, [path]) for path in top),
        Suite("sweeps", [tests / "sweeps"], odoo=True),
        Suite("scenarios", [tests / "scenarios", tests / "driver"], odoo=True),
        Suite("sweeps_demo", [tests / "sweeps"], odoo=True, demo=True),
        Suite("oca", oca, odoo=True, options=ignore),
        Suite("pure", [tests / "pure"]),
        Suite("tools", doctests, options=("--doctest-modules",)),
    ]
    for suite in found:
        suite.targets = [path for path in suite.targets if has_tests(path)]
    return [suite for suite in found if suite.targets]


def has_tests(path):
    """Tell whether a folder has test files; a file always counts."""
    return path.is_file() or any(path.glob("**/test_*.py"))


def main(arguments):
    """Run the suites named, or all, and print the closing line."""
    chosen, options = choose(arguments)
    with lock(paths.WORK / "test.lock", "the tests"):
        start, began = time.monotonic(), time.time()
        results = run_all(chosen, options)
    total = [
        sum(getattr(r, n) for r in results) for n in ("passed", "failed", "skipped")
    ]
    say(f"\nAll suites took {time.monotonic() - start:.0f} s.")
    sweeps.show(began)
    for result in results:
        say("\n    ! ".join([f"  {result.line()}", *result.notes]))
    nothing = not total[0] and not total[1]
    say("{} passed, {} failed, {} skipped".format(*total))
    return 1 if total[1] or nothing else 0


def choose(arguments):
    """Split the arguments into suites and options of pytest.

    With ``--demo`` suites that run inside Odoo do so on a database with demo data.
    """
    available, demo = suites(), DEMO in arguments
    names = {suite.name for suite in available}
    arguments = [argument for argument in arguments if argument != DEMO]
    wanted = []
    for argument in arguments:
        if argument not in names:
            break
        wanted.append(argument)
    rest = list(arguments[len(wanted) :])
    if rest and not rest[0].startswith("-"):
        known = ", ".join(sorted(names))
        raise Failure(f"There is no suite {rest[0]!r} with tests; there are: {known}")
    chosen = [suite for suite in available if not wanted or suite.name in wanted]
    return [with_demo(suite) if demo else suite for suite in chosen], rest


def with_demo(suite):
    """Return the suite as it runs on a database with demo data."""
    if not suite.odoo or suite.demo:
        return suite
    return replace(suite, name=f"{suite.name}_demo", demo=True)


def run_all(chosen, options):
    """Run suites side by side and return their results."""
    plain = [suite for suite in chosen if not suite.demo]
    if any(suite.odoo or suite.name in ("e2e", "install") for suite in plain):
        databases.ensure_ours()
    waiting = queue.SimpleQueue()
    for suite in chosen:
        waiting.put(suite)
    results = []

    def work():
        # a thread that takes suites until none is left: children die with their thread
        while not waiting.empty():
            result = run_suite(waiting.get(), options)
            say(result.line())
            results.append(result)

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(work) for _worker in range(WORKERS)]:
            done.result()
    order = [suite.name for suite in chosen]
    return sorted(results, key=lambda result: order.index(result.name))


def run_suite(suite, options):
    """Run one suite; a failure of its preparation counts as one failed test."""
    say(f"-> suite {suite.name} ...")
    start, result = time.monotonic(), Result(suite.name)
    server_logs = [paths.LOGS / f"test-{suite.name}-server.log"]
    for path in server_logs:
        path.unlink(missing_ok=True)
    try:
        if suite.odoo:
            server_logs.append(prepare(suite, whole=not options))
        run_pytest(suite, options, server_logs[0], result)
    except Failure as failure:
        result.failed += 1
        say(f"{suite.name}: {failure}")
    for path in server_logs:
        if found := logs.report(path):
            result.failed += 1
            say(f"{suite.name}: {len(found)} unexpected lines in {path}")
            result.notes += [message.splitlines()[0][:200] for message in found[:5]]
    if suite.odoo and not result.failed:
        databases.drop(suite.database)
    result.seconds = time.monotonic() - start
    result.notes += over_budget(result)
    return result


def over_budget(result):
    """Return what to say of a suite that took longer than it may: a list of texts.

    >>> over_budget(Result("tools", seconds=7))
    ['over its budget of 2 s']
    >>> over_budget(Result("tools", seconds=2)) + over_budget(Result("addons_demo"))
    []
    """
    budget = BUDGETS.get(result.name)
    late = budget and round(result.seconds) > budget
    return [f"over its budget of {budget} s"] if late else []


def prepare(suite, whole=True):
    """Make the suite's database with our add-ons and return the installation's log.

    :param whole: whether all of it is run
    """
    databases.copy(databases.ensure_ours(suite.demo), suite.database)
    if whole and suite.name.startswith("addons"):
        # most classes of tests work in it: opening it took an eighth of their time
        log = paths.LOGS / f"test-{suite.name}-office.log"
        command = ("shell", "-d", suite.database, "--no-http")
        odoo_cli.call(log, *command, script=OFFICE)
    return databases.ours_log(suite.demo)


def run_pytest(suite, options, server_log, result):
    """Run pytest on a suite and count what happened."""
    report = paths.WORK / f"test-{suite.name}.xml"
    report.unlink(missing_ok=True)
    log = paths.LOGS / f"test-{suite.name}.log"
    with open(log, "wb") as stream:
        done = subprocess.run(
            pytest_command(suite, report, server_log, options),
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=pytest_environment(),
            preexec_fn=die_with_parent,
        )
    if report.is_file():
        count(report, result)
    if done.returncode not in (0, NO_TESTS):
        result.failed = result.failed or 1
        say(f"{suite.name} failed; {log}:\n{shown(log)}")


def pytest_command(suite, report, server_log, options):
    """Return the command line of a suite."""
    command = [paths.PYTHON, "-m", "pytest", "-q", "-ra", f"--junitxml={report}"]
    command += [f"--rootdir={paths.ROOT}", "-c", paths.ROOT / "pyproject.toml"]
    if suite.odoo:
        command += [f"--odoo-config={paths.CONF}", f"--odoo-database={suite.database}"]
        command += ["--odoo-http", "--odoo-log-level=info"]
        for extra in (f"logfile={server_log}", f"db-filter=^{suite.database}$"):
            command.append(f"--odoo-extra={extra}")
        command.append("--odoo-extra=max-cron-threads=0")
    else:
        command += ["-p", "no:odoo"]
    command += [*suite.options, *options, *suite.targets]
    return [str(part) for part in command]


def pytest_environment():
    """Return the environment of the tests."""
    env = odoo_cli.environment()
    # bits of a running test may commit; losing them in a crash is no harm
    env["PGOPTIONS"] = "-c synchronous_commit=off"
    env["PYTHONDONTWRITEBYTECODE"] = ""
    return {name: value for name, value in env.items() if value}


def count(report, result):
    """Add the figures of a JUnit report."""
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        figures = {
            n: int(suite.get(n, 0)) for n in ("tests", "failures", "errors", "skipped")
        }
        bad = figures["failures"] + figures["errors"]
        result.failed += bad
        result.skipped += figures["skipped"]
        result.passed += max(figures["tests"] - bad - figures["skipped"], 0)


def shown(log):
    """Return what of pytest's output explains a failure."""
    text = log.read_text(errors="replace")
    start = max(text.find("= FAILURES ="), text.find("= ERRORS ="), 0)
    lines = text[start:].splitlines()
    if len(lines) > 150:
        lines = [*lines[:90], "   ...", *lines[-50:]]
    return "\n".join(lines)
