"""An Odoo environment for scenarios that time the ORM."""

import statistics
import time
from contextlib import contextmanager


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


class Timer:
    """Times functions side by side, in turns, each in a savepoint of its own.

    ``figures`` is what ``run(args)`` of a scenario returns.
    """

    def __init__(self, env, repeat):
        self.env = env
        self.repeat = repeat
        self.figures = {}

    def compare(self, name, ours, bare, number=1, ratio=None, queries=None):
        """Time two functions that prepare and return what is timed.

        :param ours, bare: functions that prepare and return a function to time
        :param number: records each of them handles
        :param ratio: how much of the bare time ours may take
        :param queries: how many queries ours may need for one record
        """
        times, counts = {"ours": [], "bare": []}, {}
        for turn in range(self.repeat + 1):
            for key, prepare in (("bare", bare), ("ours", ours)):
                seconds, counts[key] = self._once(prepare)
                if turn:  # the first turn warms the caches
                    times[key].append(seconds / number * 1000)
        median = {key: statistics.median(values) for key, values in times.items()}
        for key, values in times.items():
            self._add(f"{name}: {key}", median[key], min(values), "ms")
        share = median["ours"] / median["bare"]
        self._add(f"{name}: ours / bare", share, share, "x", ratio)
        self._add(f"{name}: queries, bare", counts["bare"] / number, None, "q")
        self._add(f"{name}: queries, ours", counts["ours"] / number, None, "q", queries)

    def _once(self, prepare):
        """Return seconds and queries of one call, rolled back."""
        env = self.env
        point = env.cr.savepoint(flush=True)
        try:
            call = prepare()
            env.flush_all()
            env.invalidate_all()
            before, start = env.cr.sql_log_count, time.perf_counter()
            call()
            env.flush_all()
            seconds = time.perf_counter() - start
            return seconds, env.cr.sql_log_count - before
        finally:
            point.rollback()
            point.close(rollback=False)
            env.invalidate_all(flush=False)
            env.cr.precommit.clear()

    def _add(self, name, median, best, unit, target=None):
        self.figures[name] = {
            "median": round(median, 3),
            "best": round(median if best is None else best, 3),
            "unit": unit,
            "target": target,
        }
