"""What website designers change of complaints (THREATS 70)."""

from odoo import api, models
from odoo.http import request

from odoo.addons.community_complaint.models.base_about_cases import is_ours

#: What of a website leads somewhere else, or runs at the same address as complaints.
_STEERS = frozenset(
    {
        "cdn_activated",
        "cdn_filters",
        "cdn_url",
        "company_id",
        "custom_code_footer",
        "custom_code_head",
        "domain",
        "google_analytics_key",
        "homepage_url",
        "plausible_shared_key",
        "plausible_site",
        "user_id",
    }
)


class Base(models.AbstractModel):
    _inherit = "base"

    def get_base_url(self):
        """OVERRIDE: what is ours stands at the office's own address.

        A website's domain is its designers' to change; it would stand on receipt slips
        beside the code, and in what staff are sent.
        """
        if is_ours(self._name) or self._name == "resource.calendar":
            # sudo: ir.config_parameter - it stands on every paper
            return self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        return super().get_base_url()


class Website(models.Model):
    _name = "website"
    _inherit = ["website", "complaint.seen.mixin"]

    @api.model
    def _watched_names(self, names):
        """OVERRIDE: not what it looks like."""
        return [name for name in super()._watched_names(names) if name in _STEERS]

    def get_cdn_url(self, uri):
        """OVERRIDE: no link, form or style sheet of our pages leads elsewhere."""
        if request and getattr(request, "complaint_page", False):
            return uri
        return super().get_cdn_url(uri)


class WebsiteRewrite(models.Model):
    """Redirections, which may lead a page of complaints elsewhere."""

    _name = "website.rewrite"
    _inherit = ["website.rewrite", "complaint.seen.mixin"]

    _watched_free = frozenset({"sequence"})
