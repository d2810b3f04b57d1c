"""What a browser asks the server for when somebody opens a screen."""

import ast
from datetime import date

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.fields import Date, Datetime, Domain
from odoo.tools.safe_eval import datetime, safe_eval, time

from bench.web_client import WebClient

#: What client actions ask for when they open; the others need no data of the server.
CLIENT_CALLS = {"complaint_desk": ("helpdesk.ticket", "get_complaint_desk")}
_NO = ("0", "false", "False")


class Browser(WebClient):
    """A web client of a user, which opens what is on the screen.

    Every method raises what the server raises.
    """

    def __init__(self, user):
        self.user = user
        self.env = user.env(user=user.id, su=False)
        self.context = {
            "lang": user.lang,
            "tz": user.tz,
            "uid": user.id,
            "allowed_company_ids": user.company_ids.ids,
        }
        self.env = self.env(context=self.context)

    # ------------------------------------------------------------------
    # Menus and actions
    # ------------------------------------------------------------------

    def menus(self):
        """Return ``{menu id: action}`` of the menus on the screen that open something.

        :return: actions as ``"type,id"``
        """
        menus = self.call("ir.ui.menu", "load_menus", False)
        return {
            id_: f"{menu['action_model']},{menu['action_id']}"
            for id_, menu in menus.items()
            if id_ != "root" and menu["action_id"]
        }

    def load(self, reference):
        """Return an action as ``/web/action/load`` does.

        :param reference: ``"type,id"``
        """
        kind, _comma, id_ = reference.partition(",")
        # sudo: ir.actions.actions - the route reads actions with all rights
        record = self.env[kind].sudo().browse(int(id_))
        if kind == "ir.actions.act_window":
            return record._get_action_dict()
        return record.read()[0]

    def views(self, action):
        """Return ``{kind: architecture}`` of an action's views, the search view too."""
        pairs = [list(pair) for pair in action.get("views") or []]
        if not pairs:
            pairs = [[False, kind] for kind in action["view_mode"].split(",")]
        search = action.get("search_view_id") or False
        found = self.call(
            action["res_model"],
            "get_views",
            [*pairs, [search[0] if search else False, "search"]],
            options={
                "action_id": action.get("id"),
                "load_filters": True,
                "toolbar": True,
            },
            context=self.action_context(action),
        )
        return {
            kind: etree.fromstring(view["arch"])
            for kind, view in found["views"].items()
        }

    def arch_of(self, model, view):
        """Return the architecture of a view, as this reader gets it."""
        found = self.call(model, "get_views", [[view.id, view.type]])
        return etree.fromstring(found["views"][view.type]["arch"])

    def action_context(self, action):
        """Return the context of an action."""
        return self.evaluate(action.get("context") or "{}")

    def evaluate(self, text, /, **names):
        """Return the value of an expression of a view or an action."""
        if not isinstance(text, str):
            return text
        known = {
            "uid": self.user.id,
            "context": self.context,
            "allowed_company_ids": self.user.company_ids.ids,
            "context_today": date.today,
            "current_date": Date.to_string(Date.today()),
            "today": Date.to_string(Date.today()),
            "now": Datetime.to_string(Datetime.now()),
            "relativedelta": relativedelta,
            "time": time,
            "datetime": datetime,
            "active_id": False,
            "active_ids": [],
            "active_model": False,
            "True": True,
            "False": False,
            "true": True,
            "false": False,
        }
        return safe_eval(text.strip(), {**known, **names})

    # ------------------------------------------------------------------
    # What a view asks for
    # ------------------------------------------------------------------

    def show(self, kind, action, arch, domain=(), groups=()):
        """Ask for what a view of an action shows first.

        :param groups: what the search bar groups by
        """
        model, context = action["res_model"], self.action_context(action)
        domain = list(
            Domain(self.evaluate(action.get("domain") or "[]") or [])
            & Domain(domain or [])
        )
        show = getattr(self, f"_show_{kind}")
        return show(model, arch, domain, self._by_month(model, groups), context)

    def _by_month(self, model, groups):
        """Return groupings as the web client asks for them: dates by month, if no other."""
        fields = self.env[model]._fields
        return [
            f"{name}:month"
            if name in fields and fields[name].type in ("date", "datetime")
            else name
            for name in groups
        ]

    def _show_list(self, model, arch, domain, groups, context):
        spec = self.spec(model, arch)
        if groups:
            return self._grouped(model, arch, domain, groups[:1], context, spec)
        return self.call(
            model,
            "web_search_read",
            domain=domain,
            specification=spec,
            order=arch.get("default_order") or "",
            limit=80,
            count_limit=10001,
            context={"bin_size": True, **context},
        )

    def _show_kanban(self, model, arch, domain, groups, context):
        groups = groups or [name for name in [arch.get("default_group_by")] if name]
        return self._show_list(model, arch, domain, groups, context)

    def _grouped(self, model, arch, domain, groups, context, spec):
        return self.call(
            model,
            "web_read_group",
            domain=domain,
            groupby=groups,
            aggregates=["__count"],
            auto_unfold=arch.tag == "kanban",
            opening_info=[],
            unfold_read_specification=spec,
            unfold_read_default_limit=40,
            groupby_read_specification={},
            context={"read_group_expand": True, **context},
        )

    def _show_graph(self, model, arch, domain, groups, context):
        fields = arch.xpath("./field")
        shown = [node for node in fields if node.get("type") != "measure"]
        groups = groups or self._groupings_of(model, shown)
        return self.call(
            model,
            "formatted_read_group",
            domain=domain,
            groupby=groups,
            aggregates=["__count", *self._measures(model, fields)],
            context=context,
        )

    def _show_pivot(self, model, arch, domain, groups, context):
        fields = arch.xpath("./field")
        rows, columns = (
            self._groupings_of(model, arch.xpath(f"./field[@type='{kind}']"))
            for kind in ("row", "col")
        )
        rows = groups or rows
        return self.call(
            model,
            "formatted_read_grouping_sets",
            domain=domain,
            grouping_sets=[[], rows[:1], columns[:1], [*rows[:1], *columns[:1]]],
            aggregates=["__count", *self._measures(model, fields)],
            context=context,
        )

    def _groupings_of(self, model, nodes):
        """Return what fields of a view group by; dates do by month."""
        fields = self.env[model]._fields
        shown = [node for node in nodes if node.get("invisible") not in ("1", "True")]
        return [
            f"{name}:{node.get('interval') or 'month'}"
            if fields[name := node.get("name")].type in ("date", "datetime")
            else name
            for node in shown
        ]

    def _measures(self, model, nodes):
        fields = self.env[model]._fields
        return [
            f"{name}:{fields[name].aggregator or 'sum'}"
            for node in nodes
            if node.get("type") == "measure" and (name := node.get("name")) in fields
        ]

    def _show_calendar(self, model, arch, domain, _groups, context):
        start = arch.get("date_start")
        stop = arch.get("date_stop") or start
        today = date.today()
        span = Domain(start, "<=", str(today + relativedelta(months=1))) & Domain(
            stop, ">=", str(today - relativedelta(months=1))
        )
        names = {node.get("name") for node in arch.iter("field")}
        for key in ("date_start", "date_stop", "color", "all_day", "date_delay"):
            names |= {arch.get(key)} - {None}
        known = self.env[model]._fields
        return self.call(
            model,
            "web_search_read",
            domain=list(Domain(domain) & span),
            specification={
                name: {"fields": {"display_name": {}}}
                if known[name].type == "many2one"
                else {}
                for name in sorted(names & known.keys() | {"display_name"})
            },
            context=context,
        )

    def _show_hierarchy(self, model, arch, domain, groups, context):
        return self._show_list(model, arch, domain, [], context)

    def _show_activity(self, model, _arch, domain, _groups, context):
        return self.call(
            "mail.activity",
            "get_activity_data",
            res_model=model,
            domain=domain,
            limit=100,
            offset=0,
            fetch_done=True,
            context=context,
        )

    def _show_form(self, model, arch, _domain, _groups, context, action_id=None):
        """Open the form of a new record, where one may make any."""
        if arch.get("create") in _NO:
            return None
        spec = {**self.spec(model, arch), "display_name": {}}
        return self.call(model, "onchange", [], {}, [], spec, context=context)

    def open_record(self, model, id_, arch, context=None):
        """Open the form of a record."""
        return self.call(
            model,
            "web_read",
            [id_],
            specification={**self.spec(model, arch), "display_name": {}},
            context={"bin_size": True, **(context or {})},
        )

    # ------------------------------------------------------------------
    # The search bar
    # ------------------------------------------------------------------

    def filters(self, search):
        """Return ``{name: domain}`` of the filters of a search view."""
        return {
            node.get("name"): self.evaluate(node.get("domain") or "[]")
            for node in search.iter("filter")
            if node.get("domain") and not _grouped_by(node)
        }

    def groupings(self, search):
        """Return ``{name: [what it groups by]}`` of a search view."""
        return {
            node.get("name"): [self.evaluate(node.get("context"))["group_by"]]
            for node in search.iter("filter")
            if _grouped_by(node)
        }

    def opened_with(self, action, search):
        """Return the domain and the grouping that an action opens with."""
        context = self.action_context(action)
        chosen = {
            key[len("search_default_") :]
            for key, value in context.items()
            if key.startswith("search_default_") and value
        }
        filters, groupings = self.filters(search), self.groupings(search)
        domain = Domain.AND(filters[name] for name in chosen & filters.keys())
        groups = [by for name in chosen & groupings.keys() for by in groupings[name]]
        asked = context.get("group_by") or []
        return domain, [*groups, *([asked] if isinstance(asked, str) else asked)]


def _grouped_by(node):
    return "group_by" in (node.get("context") or "")


def names_in(expression):
    """Return the names that an expression of a view uses.

    >>> sorted(names_in("state == 'draft' and not user_id"))
    ['state', 'user_id']
    """
    tree = ast.parse(expression.strip(), mode="eval")
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def names_of(expression, owner):
    """Return the attributes of a name that an expression uses.

    >>> sorted(names_of("parent.phase == 'closed' and not state", "parent"))
    ['phase']
    """
    tree = ast.parse(expression.strip(), mode="eval")
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == owner
    }
