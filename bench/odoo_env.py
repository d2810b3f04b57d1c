"""Odoo environments on databases, and a timer that compares them in turns."""

import gc
import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass, field


@contextmanager
def environment(database, conf):
    """Open an environment of the superuser on a database; nothing is committed."""
    import odoo
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(["-c", str(conf), "-d", database])
    with Registry(database).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})
        cr.rollback()


def install(database, conf, modules):
    """Install modules that are not ours but are compared with."""
    import odoo
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(["-c", str(conf), "-d", database])
    Registry.new(database, update_module=True, install_modules=modules)


@dataclass
class Row:
    """One line of the table of results.

    :param times: ``{label: median}`` in ``unit`` for one record, the base first
    :param queries: ``{label: queries}`` for one record
    :param ratio: how much of the base's time the last label may take
    :param most_queries: how many queries the last label may need for one record
    :param limit: the most the last label's time may be
    """

    name: str
    times: dict
    queries: dict = field(default_factory=dict)
    ratio: float = None
    most_queries: float = None
    limit: float = None
    unit: str = "ms"

    @property
    def share(self):
        """Return the last label's time as a share of the first one's, or ``None``."""
        times = list(self.times.values())
        return times[-1] / times[0] if len(times) > 1 and times[0] else None

    def missed(self):
        """Return which targets were missed, as texts."""
        last, queries = list(self.times.values())[-1], list(self.queries.values())
        return [
            text
            for text, value, target in (
                ("ratio", self.share, self.ratio),
                ("queries", queries[-1] if queries else None, self.most_queries),
                ("time", last, self.limit),
            )
            if target is not None and value is not None and value > target
        ]


class Timer:
    """Times functions side by side, in turns, each in a savepoint of its own.

    ``rows`` is what ``run(args)`` of a scenario returns.
    """

    def __init__(self, repeat):
        self.repeat = repeat
        self.rows = []

    def compare(self, name, sides, number=1, **targets):
        """Time functions that prepare and return what is timed.

        :param sides: ``{label: (env, function)}``, the base first, ours last
        :param number: records each of them handles
        :param targets: ``ratio``, ``most_queries``, ``limit`` of :class:`Row`
        """
        times, counts = {label: [] for label in sides}, {}
        for turn in range(self.repeat + 1):
            for label, (env, prepare) in sides.items():
                seconds, counts[label] = once(env, prepare)
                if turn:  # the first turn warms the caches
                    times[label].append(seconds / number * 1000)
        self.rows.append(
            Row(
                name,
                {key: statistics.median(values) for key, values in times.items()},
                {key: count / number for key, count in counts.items()},
                **targets,
            )
        )


def once(env, prepare):
    """Return seconds and queries of one call, rolled back."""
    point = env.cr.savepoint(flush=True)
    try:
        call = prepare()
        env.flush_all()
        env.invalidate_all()
        gc.collect()
        gc.disable()
        before, start = env.cr.sql_log_count, time.perf_counter()
        call()
        # as a commit does it: tracked changes are logged and mailed now
        env.cr.flush()
        seconds = time.perf_counter() - start
        return seconds, env.cr.sql_log_count - before
    finally:
        gc.enable()
        point.rollback()
        point.close(rollback=False)
        env.invalidate_all(flush=False)
        env.cr.precommit.clear()
        env.cr.postcommit.clear()
