"""The commands of ``./run``."""

import os
import signal
import sys

from tools import databases, odoo_cli, paths, postgres, python_env, system
from tools.steps import Failure, fail, lock, say

HELP = """usage: ./run COMMAND [ARGUMENTS]

  serve [--port N] [--workers N]
                       set everything up, create the demo database if it is absent, serve it
  test [SUITE...] [--demo]
                       set everything up and run all tests; with --demo on demo data
  e2e [--both]         only the browser tests; with --both each also with worker processes
  lint [--fix]         check the form of everything
  bench [NAME...]      time the scenarios in bench/
  conformance [-k X]   replay all scenarios and write what they prove, docs/conformance.rst
  conformance --mutate [TEXT…]
                       take away what carries each rule: its scenario must miss it
  sweep [NAME... [AXIS=VALUE...]]
                       try all cells of the sweeps and write docs/sweeps.rst
  matrix               try all rights anew and write docs/security-matrix.rst
  threats              write what was tried and which test holds it, docs/threats.rst
  hostile [--keys|--no-keys] [PART] [WAY...]
                       attack a running office in some 1,000 ways, docs/hostile.rst
  life                 write the tables of lives and of the seal, docs/life.rst
  db NAME [--demo]     (re)create a database with our add-ons
  odoo ARGUMENTS       Odoo's own command line
  psql ARGUMENTS       a PostgreSQL shell
  verify-log DATABASE  compute the chain of the complaint log anew; fails if it is broken
  po update|missing|check   translations
  setup                only set everything up
  stop                 stop the private PostgreSQL
"""


def main(arguments):
    """Run a command and return the exit status."""
    name, rest = (arguments or ["help"])[0], arguments[1:]
    if name in ("help", "-h", "--help"):
        say(HELP)
        return 0
    if name not in COMMANDS:
        fail(f"./run does not know {name!r}\n\n{HELP}")
        return 2
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))
    try:
        return COMMANDS[name](rest) or 0
    except Failure as failure:
        fail(str(failure))
        return 1
    except KeyboardInterrupt:
        return 130


def setup(browser=False):
    """Make everything ready; quick when it already is."""
    paths.WORK.mkdir(exist_ok=True)
    with lock(paths.WORK / "setup.lock", "the set-up"):
        system.ensure(own_postgres=not postgres.is_given(), browser=browser)
        python_env.ensure()
        postgres.ensure()
        odoo_cli.ensure_conf()


def inside(name, arguments):
    """Go on in the virtual environment's Python, for commands that need packages."""
    if sys.prefix != str(paths.VENV):
        line = [str(paths.PYTHON), "-B", str(paths.ROOT / "tools"), name, *arguments]
        os.execv(line[0], line)


def run_setup(_arguments):
    """``./run setup``"""
    setup(browser=True)
    say("Everything is ready.")


def run_serve(arguments):
    """``./run serve``"""
    from tools import serve

    setup()
    return serve.main(arguments)


def run_db(arguments):
    """``./run db NAME [--demo]``"""
    names = [argument for argument in arguments if not argument.startswith("-")]
    if len(names) != 1 or set(arguments) - {*names, "--demo"}:
        raise Failure("usage: ./run db NAME [--demo]")
    setup()
    databases.create(names[0], demo="--demo" in arguments)


def run_odoo(arguments):
    """``./run odoo ARGUMENTS``"""
    setup()
    odoo_cli.replace_process(arguments)


def run_psql(arguments):
    """``./run psql ARGUMENTS``"""
    setup()
    os.execvpe("psql", ["psql", *(arguments or ["postgres"])], postgres.environment())


def run_test(arguments):
    """``./run test``"""
    from tools import testing

    setup(browser=True)
    return testing.main(arguments)


def run_sweep(arguments):
    """``./run sweep``"""
    from tools import sweeps

    setup()
    return sweeps.main(arguments)


def run_threats(_arguments):
    """``./run threats``"""
    setup()
    inside("threats", [])
    from tools import threats

    return threats.main()


def run_matrix(_arguments):
    """``./run matrix``"""
    from tools import testing

    setup()
    os.environ["COMPLAINT_MATRIX_WRITE"] = "1"
    return testing.main(["addons", "-k", "test_security_matrix"])


def run_hostile(arguments):
    """``./run hostile``"""
    setup()
    inside("hostile", arguments)
    from tools import hostile

    return hostile.main(arguments)


def run_life(_arguments):
    """``./run life``"""
    from tools import testing

    setup()
    os.environ["COMPLAINT_LIFE_WRITE"] = "1"
    return testing.main(["addons", "-k", "test_life_document"])


def run_conformance(arguments):
    """``./run conformance``"""
    setup()
    inside("conformance", arguments)
    from tools import conformance, mutation, testing

    if arguments[:1] == ["--mutate"]:
        return mutation.main(arguments[1:])
    os.environ["COMPLAINT_REPLAY_WRITE"] = "1"
    # pytest's options choose some scenarios: -k test_r02
    status = testing.main(["scenarios", *(arguments or ["-k", "TestScenarios"])])
    return status or conformance.main(arguments)


def run_e2e(arguments):
    """``./run e2e``"""
    return run_test(["e2e", *arguments])


def run_lint(arguments):
    """``./run lint``"""
    setup()
    inside("lint", arguments)
    from tools import lint

    return lint.main(arguments)


def run_bench(arguments):
    """``./run bench``"""
    setup()
    inside("bench", arguments)
    from tools import bench

    return bench.main(arguments)


def run_po(arguments):
    """``./run po``"""
    setup()
    inside("po", arguments)
    from tools import po

    return po.main(arguments)


def run_verify_log(arguments):
    """``./run verify-log DATABASE``"""
    setup()
    inside("verify-log", arguments)
    from tools import verify_log

    return verify_log.main(arguments)


def run_stop(_arguments):
    """``./run stop``"""
    postgres.stop()


COMMANDS = {
    "serve": run_serve,
    "conformance": run_conformance,
    "matrix": run_matrix,
    "threats": run_threats,
    "hostile": run_hostile,
    "life": run_life,
    "sweep": run_sweep,
    "test": run_test,
    "e2e": run_e2e,
    "lint": run_lint,
    "bench": run_bench,
    "db": run_db,
    "odoo": run_odoo,
    "psql": run_psql,
    "po": run_po,
    "verify-log": run_verify_log,
    "setup": run_setup,
    "stop": run_stop,
}
