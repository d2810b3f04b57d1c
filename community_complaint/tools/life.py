"""The life of a record as a table: its steps, and what people write by hand. No ORM.

A model declares ``_life`` (:class:`Life`), ``_opens`` (:func:`opens`), ``_drops`` and
``_openings``; see ``complaint.life.mixin`` and ``complaint.seal.mixin``, which run them.
Other add-ons declare theirs for the same model: the tables are merged along the MRO. They
may add states, steps, sources and gates, and open fields of their own; they never loosen.

>>> base = Life({"send": Step(("draft",), "sent", by=("leader",), label="Send")})
>>> leaf = Life({"send": More(sources=("returned",), fills=("note",)),
...              "drop": Step(("draft",), "dropped", label="Drop")})
>>> merged = merge_lives([base, leaf])
>>> sorted(merged.steps), merged.steps["send"].sources, merged.steps["send"].by
(['drop', 'send'], ('draft', 'returned'), ('leader',))
>>> merge_lives([base, base])
Traceback (most recent call last):
...
ValueError: The step 'send' is declared twice; another add-on extends it by More(...).
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import NamedTuple

#: Whoever may write the record by the record rules.
ANYBODY = ()


# eq=False: labels are translated lazily and refuse to be compared
@dataclass(frozen=True, eq=False)
class Ask:
    """What the dialog of a step asks for.

    ``field``: the field it fills, of type text, char, date or many2one; ``None``: a text
    that goes elsewhere, ``_after_<step>`` gets it as ``given``; ``question``: its label in
    the dialog, the field's own by default; ``date``: label of a date asked for
    as well; ``files``: whether files may be added; ``also``: names of more fields of the
    dialog that it asks for; ``form``: xmlid of another form of the dialog. What the dialog
    has besides ``field`` reaches the step as keywords.
    """

    field: str | None
    question: object = None
    date: object = None
    files: bool = False
    also: tuple = ()
    form: str | None = None


@dataclass(frozen=True, eq=False)
class Step:
    """One step.

    :param sources: states it starts from
    :param target: state it leads to; ``None``: the state stays, or ``_target_<step>``
        of the model tells it record by record
    :param by: xmlids of the roles, any of them; :data:`ANYBODY`; ``None``: nobody by hand
    :param label: what it is called, a ``LazyTranslate``; on buttons, in dialogs, in logs
    :param asks: :class:`Ask` of what somebody says with it
    :param fills: fields that must be filled in
    :param stamps: ``{field: "user", "now", "today", or any other value}``
    :param writes: more fields that its hooks write, of the same records
    :param not_by: paths to the users who must not take it
    :param covers: what it approves, for a step that leaves its record open: fields, lines
        of it (``line_ids`` with all that is open of them, or ``line_ids.name``), lines of
        its case (``ticket_id.line_ids.name``), fields of it (``ticket_id.demand``); a change of these takes the step back, see
        ``complaint.covered.mixin``
    :param event: what it means to the clocks of the case
    :param access: right on the record that taking it needs
    """

    sources: tuple
    target: str | None = None
    by: tuple | None = ANYBODY
    label: object = None
    asks: Ask | None = None
    fills: tuple = ()
    stamps: dict = field(default_factory=dict)
    writes: tuple = ()
    not_by: tuple = ()
    covers: tuple = ()
    event: str | None = None
    access: str = "write"

    @property
    def needs(self):
        """Return the name of the field that the step asks for, or ``None``."""
        return self.asks and self.asks.field

    @property
    def signed(self):
        """Return the name of the field that says who took it, or ``None``."""
        return next(
            (name for name, value in self.stamps.items() if value == "user"), None
        )


@dataclass(frozen=True, eq=False)
class More:
    """What another add-on adds to a step, or by ``writes`` to an opening, of that name."""

    sources: tuple = ()
    fills: tuple = ()
    stamps: dict = field(default_factory=dict)
    writes: tuple = ()
    not_by: tuple = ()
    covers: tuple = ()


@dataclass(frozen=True, eq=False)
class Life:
    """The steps of a model, by name.

    ``state``: the field that holds the state; ``method``: how the method of a step is
    called, where that is not ``action_<step>``.
    """

    steps: dict
    state: str = "state"
    methods: dict = field(default_factory=dict)

    def method(self, name):
        """Return the name of the method that takes a step."""
        return self.methods.get(name, f"action_{name}")

    def between(self, source, target):
        """Return the name of the first step from one state to another, or ``None``."""
        return next(
            (
                name
                for name, step in self.steps.items()
                if step.target == target and source in step.sources
            ),
            None,
        )


class Open(NamedTuple):
    """When a field may be written by hand.

    ``states``: of the record itself, ``None`` for all; ``phases``: of its case, ``None``
    for all; ``by``: roles, any of them, or empty; ``birth``: only when it is created;
    ``later``: roles that may change it once it is created; ``until``: name of a field
    that closes it when it is filled; ``only``: name of a field that is true for the users
    who may change it.
    """

    states: tuple | None = None
    phases: tuple | None = None
    by: tuple = ()
    birth: bool = False
    later: tuple = ()
    until: str | None = None
    only: str | None = None


class Opening(NamedTuple):
    """What the program writes of sealed records besides the steps, and why.

    ``names``: fields; ``creates``, ``drops``: whether records are made or deleted.
    """

    why: str
    names: tuple = ()
    creates: bool = False
    drops: bool = False


def opens(*names, **row):
    """Return the rows of several fields that open alike, for ``_opens``.

    :param row: fields of :class:`Open`

    >>> opens("a", "b", states=("draft",))["b"].states
    ('draft',)
    """
    return dict.fromkeys(names, Open(**row))


def merge_lives(lives):
    """Return one life of several, the base's first.

    :raise ValueError: if one of them takes something away
    """
    lives = [life for life in lives if life]
    if not lives:
        return Life({})
    steps, methods = {}, {}
    for life in lives:
        methods.update(life.methods)
        for name, step in life.steps.items():
            steps[name] = _merged(name, steps.get(name), step)
    return Life(steps, lives[0].state, methods)


def _merged(name, known, step):
    if isinstance(step, Step):
        if known:
            raise ValueError(
                f"The step {name!r} is declared twice; another add-on extends it by "
                "More(...)."
            )
        return step
    if not known:
        raise ValueError(f"There is no step {name!r} to extend.")
    return replace(
        known,
        sources=(*known.sources, *step.sources),
        fills=(*known.fills, *step.fills),
        stamps={**known.stamps, **step.stamps},
        writes=(*known.writes, *step.writes),
        not_by=(*known.not_by, *step.not_by),
        covers=(*known.covers, *step.covers),
    )


def merge_rows(tables, what="field"):
    """Return one table of several with different rows.

    >>> merge_rows([{"a": 1}, {"b": 2}])
    {'a': 1, 'b': 2}
    >>> merge_rows([{"a": 1}, {"a": 2}])
    Traceback (most recent call last):
    ...
    ValueError: The field 'a' is declared twice.
    """
    merged = {}
    for table in tables:
        for name, row in table.items():
            if name in merged:
                raise ValueError(f"The {what} {name!r} is declared twice.")
            merged[name] = row
    return merged


def merge_openings(tables):
    """Return one table of openings of several; others add fields to one by ``More``.

    >>> base = {"made": Opening("Why.", ("a",), creates=True)}
    >>> merge_openings([base, {"made": More(writes=("b",))}])["made"].names
    ('a', 'b')
    >>> merge_openings([base, base])
    Traceback (most recent call last):
    ...
    ValueError: The opening 'made' is declared twice.
    """
    merged = merge_rows(
        [
            {key: row for key, row in table.items() if isinstance(row, Opening)}
            for table in tables
        ],
        "opening",
    )
    for table in tables:
        for key, row in table.items():
            if isinstance(row, More):
                known = merged[key]
                merged[key] = known._replace(names=(*known.names, *row.writes))
    return merged


# ----------------------------------------------------------------------
# What is open right now
# ----------------------------------------------------------------------


class Unsealed(NamedTuple):
    """Records and fields that a step, or a listed routine, may write right now.

    ``ids`` is ``None`` for records that are being created; ``automated``: whether it was
    opened within an automated action.
    """

    model: str
    ids: frozenset | None
    names: frozenset
    automated: bool


_UNSEALED = ContextVar("complaint_unsealed", default=())


@contextmanager
def unsealed(*items):
    """Open records for as long as the block runs; nothing outside Python can.

    :param items: :class:`Unsealed`
    """
    token = _UNSEALED.set((*_UNSEALED.get(), *items))
    try:
        yield
    finally:
        _UNSEALED.reset(token)


def open_names(model, ids, automated=False):
    """Return the names of the fields that are open right now for all records.

    What an automated action writes while a step runs was not opened for it.

    >>> with unsealed(Unsealed("a", frozenset({1, 2}), frozenset({"x"}), False)):
    ...     open_names("a", [1]), open_names("a", [1, 3]), open_names("a", [1], True)
    (frozenset({'x'}), frozenset(), frozenset())
    >>> open_names("a", [1])
    frozenset()
    """
    found = frozenset()
    for item in _UNSEALED.get():
        if (
            item.model == model
            and (item.automated or not automated)
            and item.ids is not None
            and item.ids.issuperset(ids)
        ):
            found |= item.names
    return found


def birth_names(model, automated=False):
    """Return the names of the fields that new records of a model may get right now."""
    found = frozenset()
    for item in _UNSEALED.get():
        if (
            item.model == model
            and (item.automated or not automated)
            and item.ids is None
        ):
            found |= item.names
    return found
