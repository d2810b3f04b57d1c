"""What a routine of ours may do for as long as it runs; nobody can say so from outside.

>>> queue = Pass("queue")
>>> with queue:
...     bool(queue)
True
>>> bool(queue)
False
"""

from contextvars import ContextVar


class Pass:
    """A pass that is true within its block, in this thread of work only."""

    def __init__(self, name):
        self._held = ContextVar(f"complaint_{name}", default=0)

    def __bool__(self):
        return self._held.get() > 0

    def __enter__(self):
        self._held.set(self._held.get() + 1)
        return self

    def __exit__(self, *_error):
        self._held.set(self._held.get() - 1)
