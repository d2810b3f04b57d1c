"""What the web client asks for, with the rights of whoever looks.

The specification of what is read follows from the view the way the web client works it
out; only what its widgets ask for besides is listed here.
"""

from lxml import etree

from odoo.service.model import call_kw
from odoo.tools.safe_eval import safe_eval

ACTIVITY = (
    "activity_exception_decoration",
    "activity_exception_icon",
    "activity_state",
    "activity_summary",
    "activity_type_icon",
    "activity_type_id",
)
#: Fields a widget needs besides its own.
NEEDED = {
    "list_activity": ACTIVITY,
    "kanban_activity": ACTIVITY,
    "statusbar_duration": ("duration_tracking",),
}
#: What a widget shows of the records of its field.
SHOWN = {
    "many2many_tags": ("display_name",),
    "many2many_tags_avatar": ("display_name",),
}
PAGE = 80
SUBLIST = 40
#: Cards of a column.
CARDS = 40
COUNT_LIMIT = 10_000


class WebClient:
    """Somebody's browser.

    :param env: environment of a database
    :param login: who looks
    """

    def __init__(self, env, login):
        user = env["res.users"].search([("login", "=", login)])
        self.context = {
            "lang": user.lang,
            "tz": user.tz or "Asia/Shanghai",
            "uid": user.id,
            "allowed_company_ids": user.company_id.ids,
        }
        self.env = env(user=user.id, su=False)

    def call(self, model, method, *args, **kwargs):
        """Call a public method as the browser's JSON request does."""
        context = {**self.context, **kwargs.pop("context", {})}
        return call_kw(self.env[model], method, args, {**kwargs, "context": context})

    def arch(self, model, kind, view=None):
        """Return the architecture of the view of a kind."""
        view_id = view and self.env.ref(view).id
        views = self.call(model, "get_views", [[view_id, kind]])
        return etree.fromstring(views["views"][kind]["arch"])

    # ------------------------------------------------------------------
    # Screens
    # ------------------------------------------------------------------

    def list(self, model, domain, view=None, context=None):
        """Return a function that opens a list of 80."""
        arch = self.arch(model, "list", view)
        spec = self.spec(model, arch)
        return lambda: self.call(
            model,
            "web_search_read",
            domain=domain,
            specification=spec,
            order=arch.get("default_order") or "",
            limit=PAGE,
            count_limit=int(arch.get("count_limit") or COUNT_LIMIT) + 1,
            context={"bin_size": True, **(context or {})},
        )

    def form(self, model, id_, view=None):
        """Return a function that opens a form."""
        spec = self.spec(model, self.arch(model, "form", view))
        return lambda: self.call(
            model,
            "web_read",
            [id_],
            specification={**spec, "display_name": {}},
            context={"bin_size": True},
        )

    def kanban(self, model, domain, group_by, view=None, context=None):
        """Return a function that opens a board with its unfolded columns."""
        arch = self.arch(model, "kanban", view)
        spec = self.spec(model, arch)
        return lambda: self.call(
            model,
            "web_read_group",
            domain=domain,
            groupby=[group_by],
            aggregates=[],
            offset=0,
            order=arch.get("default_order"),
            auto_unfold=True,
            opening_info=[],
            unfold_read_specification=spec,
            unfold_read_default_limit=int(arch.get("limit") or CARDS),
            groupby_read_specification={},
            context={"read_group_expand": True, **(context or {})},
        )

    # ------------------------------------------------------------------
    # Specifications
    # ------------------------------------------------------------------

    def spec(self, model, arch):
        """Return the specification of what a view reads."""
        fields = self.env[model]._fields
        spec = {}
        for node in arch.xpath(".//field[not(ancestor::field)]"):
            name, widget = node.get("name"), node.get("widget")
            found = self._field_spec(fields[name], node)
            if not spec.get(name):
                spec[name] = found
            for needed in NEEDED.get(widget, ()):
                spec.setdefault(needed, self._field_spec(fields[needed], None))
        return spec

    def _field_spec(self, field, node):
        hidden = node is not None and any(
            node.get(name) in ("1", "True")
            for name in ("invisible", "column_invisible")
        )
        if field.type == "many2one":
            return {"fields": {} if hidden else {"display_name": {}}}
        if field.type not in ("one2many", "many2many") or node is None or hidden:
            return {}
        widget = node.get("widget")
        if widget in NEEDED:
            return {"fields": {}}
        if widget in SHOWN:
            shown = dict.fromkeys(SHOWN[widget], {})
            color = safe_eval(node.get("options") or "{}").get("color_field")
            return {"fields": {**shown, **({color: {}} if color else {})}}
        for view in node.xpath("./list | ./kanban"):
            inner = etree.fromstring(etree.tostring(view))
            return {"fields": self.spec(field.comodel_name, inner), "limit": SUBLIST}
        return {}
