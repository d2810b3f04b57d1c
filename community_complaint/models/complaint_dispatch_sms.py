import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

from odoo.addons.sms.tools.sms_api import SmsApi

from ..tools import sms_provider, vault
from ..tools.kept import Kept, office_hmac
from ..tools.life import Opening
from ..tools.sms_text import cut, is_mobile
from .complaint_dispatch_delivery import Undelivered

_SCOPE = "community_complaint.sms number"
#: States of Odoo's providers in which a message is on its way.
_TAKEN = ("success", "processing")
#: How long a carrier may report on a message.
_REPORTED = timedelta(days=90)
#: States in which trying again is no use.
_FINAL = ("wrong_number_format", "country_not_supported", "sms_number_missing")


class ComplaintDispatchSms(models.AbstractModel):
    """The channel text message, by whatever provider ``res.company`` names.

    A number goes from the vault to the provider and into no table. What stays is the
    carrier's number of the message, for its reports, and a keyed hash of the phone
    number, for answers.
    """

    _name = "complaint.dispatch.sms"
    _inherit = ["complaint.dispatch.text", "complaint.key.keeper"]
    _description = "Text Message Channel"

    # the number is kept nowhere else
    _kept = {"number_key": Kept("mark", "its case keeps the number to answer from")}

    _openings = {
        "number": Opening("To which number it went, as a keyed hash.", ("number_key",))
    }

    number_key = fields.Char(
        "Hash of the Number",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=NO_ACCESS,
    )

    # ----------------------------------------------------------------------
    # Whether it can be used
    # ----------------------------------------------------------------------

    @api.model
    def _can_use(self, channel, vals):
        """OVERRIDE: there is a provider of text messages that the office chose."""
        if channel != "sms":
            return super()._can_use(channel, vals)
        ticket = self.env["helpdesk.ticket"].browse(vals["ticket_id"])
        return ticket.company_id._get_sms_api_class() is not SmsApi

    @api.model
    def _address_of(self, channel, vals):
        """OVERRIDE: no text messages to landlines."""
        if channel != "sms":
            return super()._address_of(channel, vals)
        return next(filter(is_mobile, self._numbers_of(vals)), False)

    @api.model
    def _numbers_of(self, vals):
        """Return the phone numbers of an addressee, the first choice first."""
        # sudo: complaint.identity and the others - the number is used, not shown
        person = self.sudo()._person_of(vals)
        if vals.get("to_former"):
            return [person.former_phone]
        numbers = [
            person[name]
            for name in ("mobile_phone", "phone", "work_phone")
            if name in person
        ]
        if vals["addressee"] != "on_duty":
            return numbers
        # who is on duty may have the phone of the shift
        return [*person.complaint_shift_ids._phones(fields.Datetime.now()), *numbers]

    # ----------------------------------------------------------------------
    # Sending
    # ----------------------------------------------------------------------

    def _deliver_sms(self):
        """Send one dispatch as a text message.

        :raise Undelivered: if the provider does not take it
        """
        dispatch = self._in_their_language()
        number = dispatch._address_of("sms", dispatch._vals_of_addressee())
        if not number:
            raise Undelivered(dispatch.env._("There is no mobile number."), final=True)
        result = dispatch._hand_to_provider(number)
        state = result.get("state")
        if state not in _TAKEN:
            raise Undelivered(
                dispatch.env._("The carrier did not take it: %s", clean_code(state)),
                final=state in _FINAL,
            )
        self._write_sealed("number", {"number_key": self._number_marks(number)[0]})
        self._write_sealed(
            "mark", {"carrier_key": result.get("carrier_id") or self.reference}
        )

    def _hand_to_provider(self, number):
        """Return what the provider says about the message of one dispatch, a dictionary.

        :raise Undelivered: if it cannot be reached
        """
        # sudo: res.company - the provider's key is used, not shown
        company = self.ticket_id.company_id.sudo()
        provider = company._get_sms_api_class()(self.env(su=True))
        provider._set_company(company)
        message = {
            "content": self._sms_text(),
            "numbers": [{"uuid": self.reference, "number": number}],
        }
        try:
            results = provider._send_sms_batch([message])
        except Exception:  # noqa: BLE001 - providers raise what they like
            # its text may tell the number
            raise Undelivered(
                self.env._("The carrier cannot be reached."), down=True
            ) from None
        return next(iter(results or ()), {})

    def _sms_text(self):
        """Return the text: office, number, that there is news, and where.

        At most 70 characters, what one message in Chinese holds, without the link.
        """
        link = self._make_link()
        # sudo: res.company - the letterhead
        company = self.ticket_id.company_id.sudo()
        if self.alarm:
            return self._alarm_sms(company, link)
        if self.to_former:
            return cut(company.name, self.content)
        if link:
            rest = self.env._("news on the matter %s:", self.ticket_id.number)
        else:
            rest = self.env._(
                "news on the matter %(number)s, please call %(phone)s",
                number=self.ticket_id.number,
                phone=company.phone or "",
            )
        text = cut(company.name, rest)
        return f"{text} {link}" if link else text

    def _alarm_sms(self, company, link):
        """Return the text of an alarm: office, what it is about, where to turn."""
        if link:
            return f"{cut(company.name, self.content)} {link}"
        phone = self.env._("Call %s.", company.phone) if company.phone else ""
        space = "" if (self.env.lang or "").startswith("zh") else " "
        return cut(company.name, space.join(filter(None, (self.content, phone))))

    # ----------------------------------------------------------------------
    # What comes back
    # ----------------------------------------------------------------------

    @api.model
    def _take_sms_report(self, key, fate, code):
        """Do what a carrier's report asks for.

        :param key: the carrier's number of the message, or ours
        :param fate: ``"delivered"`` or ``"failed"``; anything else changes nothing
        :param code: the carrier's own code
        :return: ``False`` if the message is not known, or not yet
        """
        if not key:
            # of what nobody named there is nothing to bring again
            return True
        found = self.search(
            [
                ("channel", "=", "sms"),
                "|",
                ("carrier_key", "=", key),
                ("reference", "=", key),
            ],
            order="id desc",
            limit=1,
        )
        if not found or found.state == "queued":
            return False
        dispatch = found.try_lock_for_update(allow_referencing=True)
        if not dispatch:
            return False
        if dispatch.state == "sent" and fate == "delivered":
            dispatch._do_step("deliver")
        elif dispatch.state == "sent" and fate == "failed":
            office = dispatch.with_context(lang=dispatch.ticket_id._paper_lang())
            reason = office.env._("The carrier could not deliver: %s", clean_code(code))
            dispatch._do_step("fail", reason)
        return True

    @api.autovacuum
    def _gc_carrier_keys(self):
        """Forget the carriers' numbers of messages whose reports are over."""
        old = self.search(
            [
                ("carrier_key", "!=", False),
                ("sent_date", "<", fields.Datetime.now() - _REPORTED),
            ],
            limit=10_000,
        )
        old._write_sealed("mark", {"carrier_key": False})

    @api.model
    def _last_to_number(self, number):
        """Return the latest text message to a number, empty if there is none."""
        marks = self._number_marks(number)
        if not marks:
            return self.browse()
        return self.search([("number_key", "in", marks)], order="id desc", limit=1)

    @api.model
    def _number_marks(self, number):
        """Return the keyed hashes a number may be found by, the current one first."""
        digits = vault.phone_key(number)
        if not digits:
            return []
        ring = self.env["complaint.key"]._ring()
        marks = [mark for mark in ring.index("sms number", digits) if mark != digits]
        # sudo: ir.config_parameter - the secret of the office, not shown
        return [*marks, office_hmac(self.env(su=True), _SCOPE, digits)]


def clean_code(code):
    """Return a carrier's code, if it is one; longer ones might be a number.

    >>> clean_code("MK:0001"), clean_code("13800138000"), clean_code(None)
    ('MK:0001', '–', '–')
    """
    text = str(code or "")
    return text if re.fullmatch(r"[A-Za-z0-9_:.-]{1,10}|[a-z_]{1,30}", text) else "–"


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_sms_api_class(self):
        """OVERRIDE: the office's own provider of text messages, if it has one."""
        # sudo: ir.config_parameter - only which provider
        parameter = self.env["ir.config_parameter"].sudo().get_param
        if parameter(sms_provider.URL):
            return sms_provider.SmsHttp
        if parameter(sms_provider.LOOPBACK):
            return sms_provider.SmsLoopback
        return super()._get_sms_api_class()
