"""Every menu × every role: whatever is on the screen opens, with or without any data."""

from functools import partial

import sweep_engine as engine
import sweep_people as people
from driver.browser import CLIENT_CALLS, Browser
from sweep_case import SweepCase

from odoo.tests import tagged

#: What is tried of a menu: how it opens, its other views, each filter, each grouping.
SCREENS = ("opened", "views", "filters", "groupings")


@tagged("post_install", "-at_install")
class TestSweepMenus(SweepCase):
    """Menus × roles × what the web client asks for."""

    sweep = "menus"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browsers = {role: Browser(cls.people[role]) for role in people.STAFF}
        cls.shown = {
            role: cls._menus(browser) for role, browser in cls.browsers.items()
        }

    @classmethod
    def _menus(cls, browser):
        """Return ``{menu: action}`` of what somebody sees; menus by external id."""
        shown = browser.menus()
        # sudo: ir.ui.menu - only their external ids
        records = cls.env["ir.ui.menu"].sudo().browse(shown)
        names = records.get_external_id()
        return {names[id_] or str(id_): action for id_, action in shown.items()}

    def axes(self):
        return {
            "menu": tuple(
                sorted({menu for menus in self.shown.values() for menu in menus})
            ),
            "role": people.STAFF,
            "screen": SCREENS,
        }

    def possible(self, cell):
        """Only menus that the role sees can be opened."""
        if not {"menu", "role"} <= cell.keys():
            return True
        return cell["menu"] in self.shown[cell["role"]]

    def attempt(self, cell):
        browser = self.browsers[cell["role"]]
        reference = self.shown[cell["role"]][cell["menu"]]
        look = partial(self._look, browser, reference, cell["screen"])
        try:
            return (engine.ALLOWED, "") if self.undone(look) else (engine.SKIPPED, "")
        except Exception as error:  # noqa: BLE001
            text = " ".join(str(error).split())[:300]
            return engine.UNEXPECTED, f"{type(error).__name__}: {text}"

    def _look(self, browser, reference, screen):
        """Open something and return whether there was anything to open."""
        action = browser.load(reference)
        if action["type"] == "ir.actions.client":
            return screen == "opened" and self._open_client(browser, action)
        if action["type"] != "ir.actions.act_window":
            return False
        archs = browser.views(action)
        opened = getattr(self, f"_look_{screen}")(browser, action, archs)
        self.settle()
        return opened

    def _open_client(self, browser, action):
        if action["tag"] in CLIENT_CALLS:
            browser.call(*CLIENT_CALLS[action["tag"]])
        return True

    def _look_opened(self, browser, action, archs):
        """Open the first view, and the first record it shows."""
        kind = next(iter(archs))
        domain, groups = browser.opened_with(action, archs["search"])
        shown = browser.show(kind, action, archs[kind], domain, groups)
        records = (shown or {}).get("records") if isinstance(shown, dict) else None
        if records and "form" in archs:
            browser.open_record(action["res_model"], records[0]["id"], archs["form"])
        return True

    def _look_views(self, browser, action, archs):
        """Open the other views; the form with a new record."""
        kinds = [kind for kind in archs if kind != "search"][1:]
        for kind in kinds:
            browser.show(kind, action, archs[kind])
        return bool(kinds)

    def _look_filters(self, browser, action, archs):
        """Choose each filter of the search bar."""
        return self._look_at_each(
            browser,
            action,
            archs,
            [
                {"domain": domain}
                for domain in browser.filters(archs["search"]).values()
            ],
        )

    def _look_groupings(self, browser, action, archs):
        """Choose each grouping of the search bar."""
        return self._look_at_each(
            browser,
            action,
            archs,
            [{"groups": by} for by in browser.groupings(archs["search"]).values()],
        )

    def _look_at_each(self, browser, action, archs, choices):
        kind = next(iter(archs))
        if kind == "form":
            return False
        for choice in choices:
            browser.show(kind, action, archs[kind], **choice)
        return bool(choices)

    def test_menus(self):
        self.run_sweep()
