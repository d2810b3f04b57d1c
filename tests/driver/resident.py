"""A resident at the office's pages: reads them, fills in their forms, presses."""

import lxml.html

from .errors import NotFilledIn, NotOffered
from .web import paper_text


class Resident:
    """Somebody's browser at the portal, with scripts switched off.

    :param test: a running ``HttpCase``
    :param user: who is logged in, if anybody is
    :ivar page: the page they see, parsed
    """

    def __init__(self, test, user=None):
        self.test = test
        test.authenticate(user and user.login, user and user.login)
        self.opener, self.page = test.opener, None

    def open(self, address):
        """Open an address and return this resident."""
        self._show(self._ask("GET", address))
        return self

    def _ask(self, method, address, **options):
        if address.startswith("/"):
            address = self.test.base_url() + address
        self.test.env.flush_all()
        answer = self.opener.request(method, address, timeout=120, **options)
        self.test.env.invalidate_all()
        return answer

    def _show(self, answer):
        self.answer = answer
        kind = answer.headers.get("Content-Type", "")
        if kind.startswith("text/html"):
            self.page = lxml.html.fromstring(answer.content)
            self.page.make_links_absolute(answer.url)

    def text(self):
        """Return what the resident reads."""
        parts = self.page.xpath("//body//text()[not(ancestor::script|ancestor::style)]")
        return " ".join(" ".join(parts).split())

    # ------------------------------------------------------------------
    # Forms
    # ------------------------------------------------------------------

    def fill(self, **values):
        """Type into fields by their names.

        :param values: a text, the label of a choice, or for files a list of
            ``(name, bytes, kind)``
        :raise NotOffered: for a field that the page does not have
        """
        for name, value in values.items():
            fields = self.page.xpath("//form//*[@name=$name]", name=name)
            typed = [field for field in fields if field.get("type") != "hidden"]
            if not typed or any(field.get("disabled") for field in typed):
                known = self.page.xpath("//form//*[@name][not(@type='hidden')]/@name")
                raise NotOffered(f"the page has no field “{name}”", offered=known)
            self._type(typed, value)
        return self

    def _type(self, fields, value):
        field = fields[0]
        if field.get("type") in ("radio", "checkbox"):
            self._choose(fields, value)
        elif field.get("type") == "file":
            self._files = getattr(self, "_files", {}) | {field.get("name"): value}
        elif field.tag == "select":
            field.value = self._option(field, value)
        elif field.tag == "textarea":
            field.text = value
        else:
            field.set("value", value)

    def _option(self, select, value):
        for option in select.iter("option"):
            if value in (option.get("value"), (option.text or "").strip()):
                return option.get("value")
        known = [(option.text or "").strip() for option in select.iter("option")]
        raise NotOffered(f"no choice “{value}”", offered=known)

    def _choose(self, fields, value):
        for field in fields:
            field.attrib.pop("checked", None)
        for field in fields:
            label = " ".join("".join(field.getparent().itertext()).split())
            if value in (field.get("value"), label, True):
                field.set("checked", "checked")
                return
        raise NotOffered(f"no choice “{value}”")

    # ------------------------------------------------------------------
    # Pressing
    # ------------------------------------------------------------------

    def press(self, wanted):
        """Follow a link, or send the form that a button belongs to.

        :raise NotOffered: telling what can be pressed
        :raise NotFilledIn: for a required field that is empty, as browsers do
        """
        found = [item for item in self._pressable() if wanted in _label(item)]
        if not found:
            offered = map(_label, self._pressable())
            raise NotOffered(f"the page has no “{wanted}”", offered=offered)
        item = found[0]
        if item.tag == "a":
            self._show(self._ask("GET", item.get("href")))
        else:
            self._send(item)
        return self

    def download(self, wanted):
        """Follow a link to a PDF and return its text; the page stays."""
        self.press(wanted)
        return paper_text(self.answer.content)

    def _pressable(self):
        return self.page.xpath(
            "//a[@href] | //form//button[not(@type='button')] |"
            " //form//input[@type='submit']"
        )

    def _send(self, button):
        form = next(button.iterancestors("form"))
        self._check_required(form)
        data = form.form_values()
        if button.get("name"):
            data.append((button.get("name"), button.get("value") or ""))
        files = [
            (field.get("name"), file)
            for field in form.xpath(".//input[@type='file']")
            for file in getattr(self, "_files", {}).get(field.get("name"), ())
        ]
        self._files = {}
        address = button.get("formaction") or form.get("action") or self.answer.url
        method = (form.get("method") or "get").upper()
        where = "params" if method == "GET" else "data"
        options = {where: data, **({"files": files} if files else {})}
        self._show(self._ask(method, address, **options))

    def _check_required(self, form):
        values = {name for name, value in form.form_values() if value.strip()}
        missing = {
            field.get("name")
            for field in form.xpath(".//*[@required]")
            if field.get("name") not in values and field.get("type") != "file"
        }
        if missing:
            raise NotFilledIn(f"The page asks for more: {', '.join(sorted(missing))}")


def _label(item):
    written = " ".join("".join(item.itertext()).split())
    return written or item.get("value") or item.get("title") or ""
