"""Holes in the product, planted to see whether the sweeps find them."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.orm.model_classes import add_to_registry

from .fake_models import MODULE, forget


class Planted:
    """Mixin of a sweep: its own tests rest, what it says is collected.

    Put before the sweep::

        class TestHoles(Planted, test_oracle.TestTypedTexts):
            def test_hole(self):
                self.assertTight(self.sweep)  # before a hole is planted, where it can be
                self.plant_models(Inquiry)
                self.assertFound("remark", self.sweep)
    """

    def __init_subclass__(cls, **kwargs):  # pylint: disable=missing-return
        super().__init_subclass__(**kwargs)
        for name in dir(cls):
            own = name in vars(cls)
            if name.startswith("test_") and callable(getattr(cls, name)) and not own:
                setattr(cls, name, None)

    def sweep_of(self, name):
        """Return a test of the sweep, which rests here, as a function."""
        for home in type(self).mro():
            method = vars(home).get(name)
            if method is not None:
                return method.__get__(self)
        raise AttributeError(name)

    @contextmanager
    def subTest(self, msg=None, **params):  # noqa: N802
        """Collect what fails, and go on."""
        self.parts += 1
        try:
            yield
        except AssertionError as error:
            self.surprises.append(f"{msg or ''} {params} {error}")

    def found(self, name):
        """Return what a test of the sweep has to say, ``[text]``.

        What a sweep of parts says in the end, that it is too small, comes of narrowing it.
        """
        self.surprises, self.parts = [], 0
        try:
            self.sweep_of(name)()
        except AssertionError as error:
            if not self.parts:
                self.surprises.append(str(error))
        return self.surprises

    def assertFound(self, text, name):  # noqa: N802
        """Assert that a test of the sweep names something."""
        found = self.found(name)
        self.assertTrue(any(text in line for line in found), found)

    def assertTight(self, name):  # noqa: N802
        """Assert that a test of the sweep finds nothing."""
        self.assertEqual(self.found(name), [])

    def plant_models(self, *definitions):
        """Add models and extensions of models to the registry until the test is over."""
        self.enterContext(extended(self.env, *definitions))

    def plant_method(self, model, name, value):
        """Make a method or an attribute of a model something else."""
        self.patch(type(self.env[model]), name, value)

    def plant_access(self, model, group, *rights):
        """Give a group rights on a model."""
        return self.env["ir.model.access"].create(
            {
                "name": model,
                "model_id": self.env["ir.model"]._get_id(model),
                "group_id": self.env.ref(group).id,
                **{f"perm_{right}": True for right in rights},
            }
        )


@contextmanager
def extended(env, *definitions):
    """Add model definitions, also of what there is, for as long as the block runs."""
    registry, cr = env.registry, env.cr
    forget(definitions)
    env.flush_all()
    before = {name: model._base_classes__ for name, model in registry.items()}
    for definition in definitions:
        add_to_registry(registry, definition)
    names = {definition._name for definition in definitions}
    try:
        with patch.object(cr, "commit"):
            registry._setup_models__(cr, names)
            registry.init_models(cr, names, {"module": MODULE})
        registry.clear_all_caches()
        yield
    finally:
        _restore(env, names, before)


def _restore(env, names, before):
    """Give models the definitions back that they had."""
    registry = env.registry
    for name in names:
        if name in before:
            registry[name]._base_classes__ = before[name]
        else:
            registry.models.pop(name)
    for model in registry.models.values():
        model._inherit_children -= names - before.keys()
    registry._setup_models__(env.cr)
    registry.clear_all_caches()
