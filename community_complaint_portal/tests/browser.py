"""A browser without script: it presses what a page shows, and sends what its forms hold."""

from urllib.parse import urlsplit

from lxml import html


class Screen:
    """One page as somebody sees it.

    :param answer: of ``requests``
    """

    def __init__(self, answer):
        self.answer = answer
        self.path = urlsplit(answer.url).path
        self.tree = html.fromstring(answer.content)

    def control(self, label):
        """Return the link or button of a label, ``None`` if there is none."""
        for node in self.tree.iter("a", "button"):
            if node.text_content().strip() == label:
                return node
        return None

    def form_of(self, button):
        """Return the form that a button sends, wherever it stands on the page."""
        if name := button.get("form"):
            return self.tree.get_element_by_id(name)
        return next(button.iterancestors("form"))

    def values(self, form):
        """Return ``{name: value}`` of a form as the page holds them."""
        return dict(form.form_values())

    def value(self, name):
        """Return what a field holds, ``None`` if nothing, wherever it is."""
        for form in self.tree.forms:
            held = self.values(form)
            if name in held:
                return held[name]
        return None

    def inside_links(self):
        """Return the addresses that a tap leads to without sending what was typed."""
        return [
            link.get("href")
            for link in self.tree.iter("a")
            if not link.get("href").startswith("#")
        ]


class Browser:
    """What a resident does on pages, for an ``HttpCase`` that may ``get`` and ``post``."""

    def open(self, path, **options):
        """Return the page of an address; redirections are followed."""
        answer = self.url_open(path, **options)
        self.keep_session()
        return Screen(answer)

    def press(self, screen, label, **typed):
        """Type into the fields of a form, and press a link or a button.

        :param typed: ``{name: value}``; ``None`` leaves a field out
        :return: the page that comes
        """
        control = screen.control(label)
        self.assertIsNotNone(control, f"nothing is called {label!r}")
        if control.tag == "a":
            return self.open(control.get("href"))
        form = screen.form_of(control)
        data = {**screen.values(form), **typed}
        if control.get("name"):
            data[control.get("name")] = control.get("value")
        data = {name: value for name, value in data.items() if value is not None}
        return self.open(form.get("action") or screen.path, data=data, timeout=60)
