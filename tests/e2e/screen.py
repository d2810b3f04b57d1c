"""The back office as a person uses it: fields, buttons, dialogs, papers."""

from playwright.sync_api import TimeoutError as Late

from tools import paths

#: Where an input of a field is, whatever its widget.
_INPUT = "input, textarea, select, [contenteditable=true]"


class Screen:
    """One person's browser window on the back office, in Chinese.

    :param page: a page of Playwright, logged in
    :param picture: prefix of the pictures that :meth:`picture` leaves
    """

    def __init__(self, page, picture):
        self.page, self.prefix = page, picture

    def open(self, path):
        """Open a page of the web client and wait until a view is there."""
        self.page.goto(path)
        self.page.wait_for_selector(".o_action_manager .o_view_controller, .o_action")
        return self

    def field(self, name, within=""):
        """Return the visible widget of a field."""
        return self.page.locator(f"{within} .o_field_widget[name={name}]:visible").first

    def fill(self, name, value, within=""):
        """Type into a field; a many2one takes the first proposal."""
        widget = self.field(name, within)
        box = widget.locator(_INPUT).first
        if "o_field_date" in (widget.get_attribute("class") or ""):
            # a date becomes an input when it is clicked
            widget.locator("button, input").first.click()
        if "o_field_many2one" in (widget.get_attribute("class") or ""):
            box.fill(value)
            self.page.locator(
                ".o-autocomplete--dropdown-item", has_text=value
            ).first.click()
        elif "o_field_selection" in (widget.get_attribute("class") or ""):
            self.select(box, value)
        else:
            box.fill(value)
            box.press("Tab")
        return self

    def select(self, box, value):
        """Choose a value of a selection, a menu of its own in Odoo 19."""
        if box.evaluate("node => node.tagName") == "SELECT":
            box.select_option(label=value)
            return
        item = self.page.locator(".o_select_menu_item", has_text=value).first
        box.click()
        try:
            item.click(timeout=5_000)
        except Late:
            # the row was drawn anew, and the menu closed
            box.click()
            item.click()

    def button(self, label, within=".o_form_view"):
        """Press a button by its label."""
        # what a status bar shows is no button to press
        buttons = f"{within} button:not(.o_arrow_button):visible"
        self.page.locator(buttons, has_text=label).first.click()
        return self

    def tab(self, label):
        """Open a tab of the form."""
        self.page.locator(".o_notebook_headers .nav-link", has_text=label).click()
        return self

    def dialog(self, label=None):
        """Return the open dialog; press the button with a label when one is given."""
        box = self.page.locator(".modal:visible").last
        box.wait_for()
        if label:
            box.locator(
                ".modal-footer button, .o_form_view button", has_text=label
            ).first.click()
        return box

    def gone(self):
        """Wait until no dialog is open; tell what the one that stays says."""
        try:
            self.page.wait_for_selector(".modal", state="detached")
        except Late as error:
            text = self.page.locator(".modal:visible").last.inner_text()
            raise AssertionError(f"the dialog stays: {text}") from error
        return self

    def save(self):
        """Save the form and wait until it is saved."""
        button = self.page.locator(".o_form_button_save:visible")
        if button.count():
            button.first.click()
            self.page.wait_for_selector(".o_form_saved", state="attached")
        return self

    def phase(self, label):
        """Wait until the status bar shows a phase."""
        self.page.wait_for_selector(
            f".o_statusbar_status .o_arrow_button_current:has-text('{label}')"
        )
        return self

    def error(self):
        """Return the text of the message that the person gets, and close it."""
        box = self.page.locator(".o_error_dialog, .modal:has(.o_error_dialog), .modal")
        box.last.wait_for()
        text = box.last.inner_text()
        box.last.locator("button.btn-primary, button.btn-close").first.click()
        return text

    def text(self):
        """Return what the person reads."""
        return self.page.locator(".o_action_manager").inner_text()

    def picture(self, name):
        """Leave a picture under ``.odoo/screenshots``."""
        folder = paths.WORK / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        # spinners never end
        self.page.evaluate(
            "Promise.race([new Promise(done => setTimeout(done, 400)),"
            " new Promise(requestAnimationFrame).then(() => Promise.allSettled("
            "document.getAnimations().map(moving => moving.finished)))])"
        )
        self.page.screenshot(path=folder / f"{self.prefix}-{name}.png")
        return self
