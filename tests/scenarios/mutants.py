"""What carries a rule is taken away while a case is played, see ``tools/mutation.py``."""

from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from screen_story import ScreenStory
from story import Story

from odoo.tools import mute_logger

from tools import conformance

#: Models whose steps a rule may be about, in the order they are looked at.
LIVES = (
    "helpdesk.ticket",
    "complaint.appeal",
    "complaint.discipline",
    "complaint.publication",
    "complaint.transfer",
)


class Red(Exception):
    """A step of a story failed."""


class Watched:
    """A test whose stories stop at the first step that fails."""

    def __init__(self, test):
        self._test = test

    def __getattr__(self, name):
        return getattr(self._test, name)

    @contextmanager
    def subTest(self, where):
        try:
            yield
        except Exception as error:
            raise Red(f"{where}: {error}") from error


# ----------------------------------------------------------------------
# One function an effect: it changes the adopted regulation, or patches the program
# ----------------------------------------------------------------------


def lines_of(regulation, text):
    """Return the lines a setting of ``by`` finds, and what it says of them."""
    condition = conformance.condition(text)
    lines = regulation[condition["field"]].filtered(
        lambda line: all(line[key] == val for key, val in condition["find"].items())
    )
    assert lines, f"the regulation has no {text}"
    return lines, condition["is"]


def off(story, stack, text):
    """A setting, a line or an entry of a list is not there."""
    condition = conformance.condition(text)
    regulation, name = story.regulation, condition["field"]
    if "find" in condition:
        lines = lines_of(regulation, text)[0]
        if "active" in lines._fields:
            lines.active = False
        else:
            lines.unlink()
    elif "has" in condition:
        gone = [story.env.ref(xmlid).id for xmlid in condition["has"]]
        rest = regulation[name].filtered(lambda item: item.id not in gone)
        # a text that lists nothing is refused: one entry stays
        regulation[name] = rest or regulation[name][:1]
    else:
        _set_off(regulation, name)
        _keep_off(stack, regulation, name)


def _set_off(record, name):
    value = _other(record._fields[name], record[name], record)
    record.with_context(mutant=True)[name] = value


def _other(field, value, record):
    """Return another value than the one a text asks for."""
    if field.type == "selection" and not field.required:
        return False
    if field.type == "selection":
        keys = [key for key, _label in field._description_selection(record.env)]
        return next(key for key in keys if key != value)
    return value + 1 if field.type == "integer" else False


def _keep_off(stack, regulation, name):
    """Nobody sets it by hand later."""
    cls = type(regulation).pool[regulation._name]
    write = cls.write

    def without(self, vals):
        if not self.env.context.get("mutant"):
            vals = {key: val for key, val in vals.items() if key != name}
        return write(self, vals)

    stack.enter_context(patch.object(cls, "write", without))


def longer(story, _stack, text):
    """A limit, level or duty has one unit more."""
    lines, stated = lines_of(story.regulation, text)
    name = next(key for key in ("quantity", "period") if key in stated)
    for line in lines:
        line[name] += 1


def changed(story, _stack, text):
    """What else a line says is not so."""
    lines, stated = lines_of(story.regulation, text)
    for name in stated:
        for line in lines:
            _set_off(line, name)


def elsewhere(story, _stack, text):
    """The appeal goes to the other authority."""
    for line in lines_of(story.regulation, text)[0]:
        _set_off(line, "authority")


def added(story, _stack, text):
    """There is a limit of a day, or a level of appeal, where the text has none."""
    values = conformance.condition(text)["find"]
    if text.startswith("level"):
        last = story.regulation._appeal_ladder()[-1:]
        last.copy({**values, "sequence": last.sequence + 10, "name": "Mutant"})
        return
    story.regulation.sla_policy_ids.create(
        {
            **values,
            "name": "Mutant",
            "regulation_id": story.regulation.id,
            "quantity": 1,
            "clause": "0",
        }
    )


def unended(story, stack, text):
    """What a limit waits for does not end its clocks."""
    policies = lines_of(story.regulation, text)[0]
    cls = story.env.registry["complaint.deadline"]
    finish = cls._finish

    def without(self, moments):
        finish(self.filtered(lambda item: item.policy_id not in policies), moments)

    stack.enter_context(patch.object(cls, "_finish", without))


def unissued(story, stack, kind):
    """Papers of a kind are not issued."""
    cls = story.env.registry["complaint.notice"]
    issue = cls._issue_vals

    def without(self, vals_list):
        return issue(self, [vals for vals in vals_list if vals["kind"] != kind])

    stack.enter_context(patch.object(cls, "_issue_vals", without))


def undelivered(story, stack, text):
    """Papers of a kind are lost on a channel; the office takes them for sent."""
    channel, kind = text.split()
    cls = story.env.registry["complaint.dispatch"]
    deliver = getattr(cls, f"_deliver_{channel}")

    def without(self, **more):
        return None if self.notice_id.kind == kind else deliver(self, **more)

    stack.enter_context(patch.object(cls, f"_deliver_{channel}", without))


def optional(story, stack, name):
    """No form of a case asks for a field."""
    cls = story.env.registry["helpdesk.ticket"]
    original = cls._get_view

    def without(self, *args, **options):
        arch, view = original(self, *args, **options)
        for node in arch.iterfind(f".//field[@name='{name}']"):
            node.attrib.pop("required", None)
        return arch, view

    stack.enter_context(patch.object(cls, "_get_view", without))
    story.env.registry.clear_all_caches()
    # what people know of their views, and the views themselves
    story.views, story.people = {}, {}
    stack.callback(delattr, story, "views")


def ungated(story, stack, step):
    """Nothing is missing for a step."""
    for cls in _lives(story, step):
        nothing = patch.object(cls, "_missing_for", _without(cls._missing_for, step))
        stack.enter_context(nothing)


def untaken(story, stack, step):
    """A step does nothing."""
    for cls in _lives(story, step):
        nothing = patch.object(cls, "_do_step", _without(cls._do_step, step))
        stack.enter_context(nothing)


def _without(method, step):
    def without(self, name, *args, **more):
        return () if name == step else method(self, name, *args, **more)

    return without


def _lives(story, step):
    """Return the first model that knows a step; none is a mistake in the table."""
    for name in LIVES:
        cls = story.env.registry[name]
        if step in story.env[name]._life_table().steps:
            return [cls]
    raise AssertionError(f"no record takes a step {step}")


VERBS = {
    verb.__name__: verb
    for verb in (
        off,
        longer,
        changed,
        elsewhere,
        added,
        unended,
        unissued,
        undelivered,
        optional,
        ungated,
        untaken,
    )
}


# ----------------------------------------------------------------------
# Stories with a mutant in them
# ----------------------------------------------------------------------


class Mutating:
    """A story that plays a case once more, without what carries a rule."""

    effect = stack = None

    def __init__(self, test, script):
        super().__init__(Watched(test), script)

    def _open_office(self):
        """OVERRIDE: an office that opens later lacks it as well."""
        super()._open_office()
        self._mutate()

    def _mutate(self):
        if self.effect:
            verb, _space, text = self.effect.partition(" ")
            VERBS[verb](self, self.stack, text)
            self.env.flush_all()
            self.env.invalidate_all()

    def _play_step(self, step):
        """OVERRIDE: remember which step it is."""
        self.number = self.case["steps"].index(step)
        super()._play_step(step)

    def first_red(self, case, effect=None):
        """Return ``(number of the first step that fails, why)``; all is undone.

        :param effect: what is taken away, see ``tools/mutation.py``
        :return: ``(None, "")`` if no step fails; ``(-1, why)`` if it cannot be taken away
        """
        offices = self.offices
        savepoint = self.env.cr.savepoint(flush=True)
        self.number = -1
        try:
            # a mutant may break what the database asks for
            with mute_logger("odoo.sql_db"), ExitStack() as self.stack:
                self.effect = effect
                self._mutate()
                self.play(case)
        except Red as red:
            return self.number, str(red)
        except Exception as error:  # noqa: BLE001 - whatever a mutant does
            return -1, f"{type(error).__name__}: {error}"
        finally:
            self._undo(savepoint)
            self.effect, self.offices = None, offices
        return None, ""

    def _undo(self, savepoint):
        self.env.cr.precommit.clear()
        self.env.transaction.clear()
        savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)
        self.env.registry.clear_all_caches()
        self.people = {}


class MutantStory(Mutating, Story):
    """By calls."""


class MutantScreens(Mutating, ScreenStory):
    """Through the screens."""


MUTANTS = {"calls": MutantStory, "screens": MutantScreens}
