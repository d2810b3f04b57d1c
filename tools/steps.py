"""Steps that say what they do and how long it took, locks, stamps, child processes."""

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tools import paths

PR_SET_PDEATHSIG = 1
TAIL_LINES = 25


class Failure(Exception):
    """Something failed; the text says what and what to do."""


def say(text):
    """Print one line of progress at once."""
    print(text, flush=True)


@contextlib.contextmanager
def step(name):
    """Announce a long step and print how long it took."""
    say(f"-> {name} ...")
    start = time.monotonic()
    yield
    say(f"   {name}: {time.monotonic() - start:.1f} s")


def die_with_parent():
    """Make a child end when the runner is killed, so that nothing keeps writing."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def run(command, *, hint="", log=None, **kwargs):
    """Run a command; on failure show the end of its output and the hint.

    :param log: a file that receives the output instead of the terminal
    """
    kwargs.setdefault("preexec_fn", die_with_parent)
    log = log or paths.LOGS / "setup.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as stream:
        begin = stream.tell()
        stream.write(f"$ {' '.join(map(str, command))}\n".encode())
        stream.flush()
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            **kwargs,
        )
    if done.returncode:
        raise Failure(
            f"{Path(str(command[0])).name} failed (exit {done.returncode}):\n"
            f"{tail(log, begin)}\n{hint or 'The whole output is in ' + str(log)}"
        )


def output(command, **kwargs):
    """Return what a command prints."""
    kwargs.setdefault("preexec_fn", die_with_parent)
    command = [str(part) for part in command]
    done = subprocess.run(command, capture_output=True, text=True, **kwargs)
    if done.returncode:
        raise Failure(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    return done.stdout.strip()


def tail(log, begin=0):
    """Return the last lines of a log file, from a position on."""
    with open(log, "rb") as stream:
        stream.seek(begin)
        lines = stream.read().decode(errors="replace").splitlines()
    return "\n".join(f"   | {line}" for line in lines[-TAIL_LINES:])


@contextlib.contextmanager
def lock(path, what):
    """Hold a lock file; tell when somebody else has it and wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another ./run that is busy with {what} ...")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def built(target):
    """Yield a temporary folder that becomes ``target`` only when all went well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f"{target.name}.tmp-*"):
        shutil.rmtree(left, ignore_errors=True)
    temporary = target.with_name(f"{target.name}.tmp-{os.getpid()}")
    temporary.mkdir()
    try:
        yield temporary
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_atomically(path, text, mode=None):
    """Write a small file so that a reader sees the old or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.tmp-{os.getpid()}")
    temporary.write_text(text)
    if mode is not None:
        temporary.chmod(mode)
    temporary.replace(path)


def stamped(name, value):
    """Tell whether a step was finished with this value."""
    stamp = paths.STAMPS / name
    return stamp.is_file() and stamp.read_text() == str(value)


def stamp(name, value):
    """Remember that a step was finished with this value."""
    write_atomically(paths.STAMPS / name, str(value))


def unstamp(name):
    """Forget that a step was finished."""
    (paths.STAMPS / name).unlink(missing_ok=True)


def fail(text):
    """Print a failure to the terminal."""
    print(f"\nFAILED: {text}", file=sys.stderr, flush=True)
