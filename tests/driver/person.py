"""A colleague in the back office: menus, screens on top of each other, buttons."""

from lxml import etree

from odoo.addons.web.controllers.utils import clean_action

from .browser import Browser
from .errors import NotOffered
from .listing import Listing
from .sheet import Sheet

_WINDOW = "ir.actions.act_window"


class Person:
    """Somebody at work, who does only what their screens offer.

    ::

        clerk = Person(user)
        clerk.go("All Complaints").open(number="R01-2026-0001")
        clerk.press("Do Not Accept").fill(text="Not our business.")
        clerk.press("Confirm")

    :param user: who they are; their groups decide what they get
    :param web: ``web.Web``, by which they open papers
    :param cache: a dict, by which people with the same rights share what was worked out
        of their views
    :ivar screens: what lies on top of each other, the last one is in front
    :ivar confirmed: what they were asked to confirm, and did
    :ivar told: notifications they got
    :ivar addresses: of papers and files that they were sent to
    """

    def __init__(self, user, web=None, cache=None):
        self.browser = Browser(user)
        self.user, self.web = self.browser.env.user, web
        self.env = self.browser.env
        self.screens, self.confirmed, self.told, self.addresses = [], [], [], []
        rights = (frozenset(self.user.all_group_ids.ids), self.user.lang)
        cache = {} if cache is None else cache
        self.known, self._views = cache.setdefault(rights, ({}, {}))
        self._menus = None

    def __str__(self):
        return self.user.login

    # ------------------------------------------------------------------
    # Requests
    # ------------------------------------------------------------------

    def request(self, function):
        """Return what a function returns, all of it done or nothing, as one request is.

        :raise Exception: what the server raises; nothing of the request stays then
        """
        cursor = self.env.cr
        try:
            with cursor.savepoint():
                result = function()
                self.env.flush_all()
                cursor.precommit.run()
                self.env.flush_all()
        except Exception:
            cursor.precommit.clear()
            self.env.invalidate_all(flush=False)
            if self.env.registry.cache_invalidated:
                self.env.registry.clear_all_caches()
            raise
        return result

    def call(self, model, method, *args, **kwargs):
        """Return what a public method returns to this person's browser."""
        return self.request(lambda: self.browser.call(model, method, *args, **kwargs))

    def read(self, model, ids, root):
        """Return what a view shows of records, as values that expressions compare.

        :return: list of dicts; related records by id
        """
        rows = self.call(
            model,
            "web_read",
            list(ids),
            specification=self.browser.spec(model, _alone(root)),
            context={"bin_size": True},
        )
        return [{name: _by_id(value) for name, value in row.items()} for row in rows]

    # ------------------------------------------------------------------
    # Menus
    # ------------------------------------------------------------------

    def menus(self):
        """Return ``{path of labels: action}`` of the menus this person sees."""
        if self._menus is None:
            menus = self.call("ir.ui.menu", "load_menus", False)
            self._menus = {}
            for root in menus["root"]["children"]:
                self._menus.update(_leaves(menus, root, ""))
        return self._menus

    def go(self, *labels):
        """Choose a menu by its last label, or by several in their order.

        :raise NotOffered: if there is no such menu, or more than one
        """
        found = [
            action
            for path, action in self.menus().items()
            if path.split(" / ")[-len(labels) :] == list(labels)
        ]
        if len(found) != 1:
            raise NotOffered(
                f"{self} has {len(found)} menus {labels}", offered=self.menus()
            )
        self.screens.clear()
        return self.follow(self.browser.load(found[0]))

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def follow(self, action, context=None):
        """Do what an action says, and return the screen in front then.

        :param context: what the button adds
        """
        action = dict(action or {"type": "ir.actions.act_window_close"})
        kind = action["type"].rpartition(".")[2]
        return getattr(self, f"_follow_{kind}")(action, context or {})

    def _follow_act_window_close(self, action, _context):
        if self.screens and self.here.dialog:
            self.screens.pop()
        if self.screens:
            self.here.reload()
        return self.screens[-1] if self.screens else None

    def _follow_act_window(self, action, context):
        own = self.browser.evaluate(action.get("context") or "{}", **context)
        action["context"] = {**context, **own}
        dialog = action.get("target") == "new"
        if not dialog:
            self.screens.clear()
        kinds = self.kinds(action)
        if action.get("res_id") or kinds[0] == "form":
            return self._open_form(action, dialog)
        return self.show(Listing(self, action))

    def _open_form(self, action, dialog):
        record = self.env[action["res_model"]].with_context(
            **self.browser.action_context(action)
        )
        record = record.browse(action.get("res_id") or ())
        view = self.form_view(action)
        return self.show(Sheet(self, record, view, dialog=dialog))

    def _follow_act_url(self, action, _context):
        self.addresses.append(action["url"])
        if self.screens:
            self.here.reload()
        return self.screens[-1] if self.screens else None

    def _follow_report(self, action, _context):
        ids = ",".join(map(str, (action.get("context") or {}).get("active_ids") or ()))
        kind = {"qweb-pdf": "pdf", "qweb-html": "html"}.get(
            action["report_type"], action["report_type"]
        )
        self.addresses.append(f"/report/{kind}/{action['report_name']}/{ids}")
        return self.screens[-1] if self.screens else None

    def _follow_server(self, action, context):
        return self.run(action["id"], context)

    def _follow_client(self, action, context):
        params = action.get("params") or {}
        if action["tag"] == "display_notification":
            self.told.append(params.get("message"))
            return self.follow(params.get("next"), context)
        if action["tag"] in ("soft_reload", "reload"):
            self.here.reload()
            return self.here
        raise NotImplementedError(f"nobody has taught {self} “{action['tag']}”")

    def run(self, id_, context):
        """Run a server action, as ``/web/action/run`` does."""
        action = self.env["ir.actions.server"].browse(id_).with_context(**context)
        result = self.request(action.run)
        return self.follow(result and clean_action(result, env=self.env))

    # ------------------------------------------------------------------
    # Screens
    # ------------------------------------------------------------------

    @property
    def here(self):
        """Return the screen in front.

        :raise NotOffered: if none is open
        """
        if not self.screens:
            raise NotOffered(f"{self} has no screen open")
        return self.screens[-1]

    def show(self, screen):
        """Put a screen in front; one that is no dialog replaces the others."""
        if not screen.dialog:
            self.screens.clear()
        self.screens.append(screen)
        return screen

    def close(self):
        """Close the dialog in front; nothing of it is kept."""
        self.screens.pop()
        if self.screens:
            self.here.reload()

    def press(self, wanted, *args):
        """Press a button of the screen in front and return this person."""
        self.here.press(wanted, *args)
        return self

    def fill(self, **values):
        """Type into the screen in front and return this person."""
        self.here.fill(**values)
        return self

    def confirm(self, node):
        """Answer the question of a button with yes, if it asks one."""
        if node.get("confirm"):
            self.confirmed.append(node.get("confirm"))

    def execute(self, node, records, context):
        """Do what a button does, as ``/web/dataset/call_button`` does it.

        :param records: what the screen shows, or the rows that were chosen
        :param context: what the button adds to the context
        """
        around = {
            "active_model": records._name,
            "active_id": records[:1].id,
            "active_ids": records.ids,
            **context,
        }
        if node.get("type") == "action":
            action = self.browser.load(self._reference(node.get("name")))
            self.follow(action, around)
            return
        context = {**records.env.context, **context}
        result = self.call(
            records._name, node.get("name"), records.ids, context=context
        )
        is_action = isinstance(result, dict) and result.get("type") != ""
        self.follow(clean_action(result, env=self.env) if is_action else None)

    def _reference(self, id_):
        # sudo: ir.actions.actions - the client only sends the number
        action = self.env["ir.actions.actions"].sudo().browse(int(id_))
        return f"{action.type},{action.id}"

    # ------------------------------------------------------------------
    # The cog
    # ------------------------------------------------------------------

    def cog(self, wanted, records=None):
        """Choose what the cog of the screen in front offers, by its label.

        :param records: rows that are chosen in a list
        :raise NotOffered: telling what there is
        """
        screen = self.here
        is_form = isinstance(screen, Sheet)
        records = screen.record if is_form else records
        offered = self._toolbar(records._name, "form" if is_form else "list")
        for action in offered:
            if action["name"] == wanted:
                context = {
                    "active_model": records._name,
                    "active_id": records[:1].id,
                    "active_ids": records.ids,
                }
                loaded = self.browser.load(self._reference(action["id"]))
                if loaded["type"] == "ir.actions.report":
                    loaded["context"] = context
                return self.follow(loaded, context)
        raise NotOffered(
            f"“{wanted}” is not in the cog of {screen}",
            offered=(action["name"] for action in offered),
        )

    def _toolbar(self, model, kind):
        views = self.call(
            model, "get_views", [[False, kind]], options={"toolbar": True}
        )
        toolbar = views["views"][kind].get("toolbar") or {}
        return [action for actions in toolbar.values() for action in actions]

    # ------------------------------------------------------------------
    # Views
    # ------------------------------------------------------------------

    @staticmethod
    def kinds(action):
        """Return the kinds of views an action shows, in their order."""
        if action.get("views"):
            return [kind for _view, kind in action["views"]]
        return action["view_mode"].split(",")

    def views(self, action):
        """Return the architectures of an action's views, worked out once."""
        key = str((action.get("id"), action["res_model"], action.get("views")))
        if key not in self._views:
            self._views[key] = self.browser.views(action)
        return self._views[key]

    @staticmethod
    def form_view(action):
        """Return the id of the form that an action opens, or False for the usual one."""
        for view, kind in action.get("views") or ():
            if kind == "form":
                return view or False
        view = action.get("view_id")
        return (view[0] if isinstance(view, (list, tuple)) else view) or False

    # ------------------------------------------------------------------
    # Papers
    # ------------------------------------------------------------------

    def paper(self):
        """Return the bytes of what the last button sent this person to.

        :raise NotOffered: if none did, or they do not get it
        """
        if not self.addresses:
            raise NotOffered(f"no button sent {self} to a paper")
        address = self.addresses[-1]
        answer = self.web.get(self.user, address)
        if answer.status_code != 200:
            raise NotOffered(f"{self} does not get {address}: {answer.status_code}")
        return answer.content


def _alone(root):
    """Return a view of lines without the form around it."""
    return etree.fromstring(etree.tostring(root))


def _by_id(value):
    if isinstance(value, dict):
        return value.get("id", False)
    if isinstance(value, list):
        return [item["id"] if isinstance(item, dict) else item for item in value]
    return value


def _leaves(menus, id_, path):
    """Yield ``(path of labels, action)`` of a menu and what is below it."""
    menu = menus.get(id_) or menus[str(id_)]
    path = f"{path} / {menu['name']}" if path else menu["name"]
    if menu.get("action_id"):
        yield path, f"{menu['action_model']},{menu['action_id']}"
    for child in menu["children"]:
        yield from _leaves(menus, child, path)
