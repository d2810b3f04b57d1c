"""Lists as one person gets them: searched, opened, with their buttons."""

from odoo.fields import Domain

from .arch import allows, label, own, upward
from .errors import NotOffered
from .sheet import Sheet

#: Rows on one page of a list.
PAGE = 80


class Listing:
    """What an action lists, on somebody's screen.

    :param person: who looks
    :param action: the action as the client has it
    """

    dialog = False

    def __init__(self, person, action):
        self.person, self.action = person, action
        self.model = action["res_model"]
        self.context = person.browser.action_context(action)
        self.kind = "list" if "list" in person.kinds(action) else "kanban"
        views = person.views(action)
        self.root, self.search = views[self.kind], views["search"]

    def __str__(self):
        return f"{self.person} at the list “{self.action.get('name') or self.model}”"

    def reload(self):
        """Nothing is kept of a list: it is read when somebody looks."""

    def rows(self, **words):
        """Return the records that are listed.

        :param words: what is typed into the search box, by field of the search view; the
            filters that the list opens with are taken off then
        """
        return self._listed(
            *(self._searched(name, text) for name, text in words.items())
        )

    def _listed(self, *domains):
        domain = Domain(self.person.browser.evaluate(self.action.get("domain") or "[]"))
        domain = Domain.AND([domain, *domains])
        found = self.person.call(
            self.model,
            "web_search_read",
            domain=list(domain),
            specification=self.person.browser.spec(self.model, self.root),
            limit=PAGE,
            context={"bin_size": True, **self.context},
        )
        return self.person.env[self.model].browse(row["id"] for row in found["records"])

    def _searched(self, name, text):
        nodes = [node for node in own(self.search, "field") if node.get("name") == name]
        if not nodes:
            known = (node.get("name") for node in own(self.search, "field"))
            raise NotOffered(f"{self} cannot search by “{name}”", offered=known)
        [node] = nodes
        if node.get("filter_domain"):
            return self.person.browser.evaluate(node.get("filter_domain"), self=text)
        return [(name, "ilike", text)]

    def open(self, **words):
        """Search, and open the only record that is found.

        :raise NotOffered: if none is found, or several
        """
        found = self.rows(**words)
        if len(found) != 1:
            raise NotOffered(f"{self} finds {len(found)} by {words}")
        return self.open_record(found)

    def open_record(self, record):
        """Open a record that the person finds in the list by leafing through it.

        :raise NotOffered: if the list does not have it
        """
        if not self._listed([("id", "=", record.id)]):
            raise NotOffered(f"{self} does not find {record.sudo().display_name}")
        record = (
            self.person.env[self.model].with_context(**self.context).browse(record.id)
        )
        view = self.person.form_view(self.action)
        return self.person.show(Sheet(self.person, record, view))

    def new(self):
        """Press “New”.

        :raise NotOffered: where the list does not have it
        """
        if not allows(self.root, "create"):
            raise NotOffered(f"{self} cannot make a new one")
        record = self.person.env[self.model].with_context(**self.context)
        return self.person.show(
            Sheet(self.person, record, self.person.form_view(self.action))
        )

    # ------------------------------------------------------------------
    # Buttons above the list, and of its cog
    # ------------------------------------------------------------------

    def buttons(self):
        """Return the nodes of the buttons above the list."""
        header = self.root.find("header")
        nodes = () if header is None else own(header, "button")
        return [node for node in nodes if not self._hidden(node)]

    def _hidden(self, node):
        return any(
            self.person.browser.evaluate(up.get("invisible"))
            for up in upward(node, self.root)
            if up.get("invisible")
        )

    def press(self, wanted, records=None):
        """Press a button above the list, with rows chosen where it needs some."""
        for node in self.buttons():
            usable = records or node.get("display") == "always"
            if usable and wanted in (label(node), node.get("name")):
                self.person.confirm(node)
                context = self.person.browser.evaluate(node.get("context") or "{}")
                chosen = self.person.env[self.model].browse(records and records.ids)
                self.person.execute(node, chosen, {**self.context, **context})
                return self
        raise NotOffered(
            f"“{wanted}” is not above the list of {self}",
            offered=map(label, self.buttons()),
        )
