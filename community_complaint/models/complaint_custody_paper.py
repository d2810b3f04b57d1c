import base64
import hashlib

from odoo import models
from odoo.tools import format_datetime

from ..tools import drawing, paper_text
from ..tools.roles import CUSTODIAN


class ComplaintCustodyPaper(models.AbstractModel):
    """The list both sides sign, two copies: sealing list, handing-over list …"""

    _name = "complaint.custody.paper"
    _description = "List of an Act of Custody"

    def _titles(self):
        """Return ``{kind: title}`` of the paper."""
        return {
            "seal": self.env._("Sealing List"),
            "transfer": self.env._("Handing-over List"),
            "open": self.env._("Record of Opening a Seal"),
            "return": self.env._("Return List"),
            "destroy": self.env._("Destruction List"),
        }

    def _signer_labels(self):
        """Return what the two who sign are on the paper."""
        return {
            "seal": (self.env._("Sealed and kept by"), self.env._("Present")),
            "transfer": (self.env._("Handed over by"), self.env._("Taken over by")),
            "open": (self.env._("Opened by"), self.env._("Present")),
            "return": (self.env._("Returned by"), self.env._("Received by")),
            "destroy": (self.env._("Destroyed by"), self.env._("Present")),
        }[self.kind]

    def _freeze(self):
        """Keep the signed paper with its hash."""
        [content] = self._render_papers()
        # sudo: ir.attachment - the paper belongs to the act, whoever signed last
        file = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{self.number}.pdf".replace("/", "-"),
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        # sudo: complaint.custody.act - its step opened what is written
        self.sudo().write(
            {
                "pdf_attachment_id": file.id,
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )

    def _paper(self):
        """Return the paper: as it was signed, a blank one before.

        :return: bytes, ``None`` if the file is not the one that was signed
        """
        self.ensure_one()
        if not self.pdf_attachment_id:
            return self._render_papers()[0]
        # sudo: ir.attachment - who may read the act may read its paper
        content = self.sudo().pdf_attachment_id.raw or b""
        if hashlib.sha256(content).hexdigest() != self.sha256:
            return None
        return content

    def _render_papers(self):
        """Return the PDFs of acts as list of bytes, in the office's language."""
        pages = []
        for act in self:
            # sudo: complaint.custody.act - the paper shows what it must
            office = act.sudo().with_context(lang=act.ticket_id._paper_lang())
            html = office.env["ir.qweb"]._render(
                "community_complaint.custody_paper", office._paper_values()
            )
            pages.append(paper_text.self_contained(html))
        return self.env["ir.actions.report"]._print_papers(pages)

    def _paper_values(self):
        """Return the values of the template ``custody_paper``, all of them plain text."""
        self.ensure_one()
        first, second = self._signer_labels()
        lang = self.env.lang or "en_US"
        notice = self.env["complaint.notice"].new({"ticket_id": self.ticket_id.id})
        notice.lang = lang
        return {
            "notice": self,
            "lang": lang.replace("_", "-"),
            "title": self._titles()[self.kind],
            "office": notice._paper_office(),
            "case": self.ticket_id.number,
            "facts": [pair for pair in self._paper_facts() if pair[1]],
            "items": self._paper_items(),
            "signers": [
                self._paper_signer(first, "first"),
                self._paper_signer(second, "second"),
            ],
        }

    def _paper_facts(self):
        """Return ``[(label, value)]`` above the list."""
        return [
            (self.env._("Case"), self.ticket_id.number),
            (self.env._("Date"), self._local(self.done_date)),
            (self.env._("Place"), self.place),
            (self.env._("Reason"), self.reason),
            (self.env._("Legal Order"), self.order_ref),
        ]

    def _paper_items(self):
        """Return the rows of the list: number, title, kind, origin, files."""
        kinds = dict(self.evidence_ids._fields["kind"]._description_selection(self.env))
        return [
            {
                "number": index,
                "name": item.name,
                "kind": kinds[item.kind],
                "from": item.received_from or "",
                "files": [
                    (original.name, original.sha256)
                    for original in item._current_originals()
                ],
            }
            for index, item in enumerate(self.evidence_ids.sorted("id"), 1)
        ]

    def _paper_signer(self, label, name):
        """Return what the paper shows of one who signs."""
        signature = self[f"{name}_signature"]
        who = self._second_text() if name == "second" else self.first_user_id.name
        path = signature and drawing.ink_path(base64.b64decode(signature))
        return {
            "label": label,
            "name": who or "",
            "drawing": path or None,
            "moment": self._local(self[f"{name}_signed_date"]),
        }

    def _local(self, moment):
        """Return a moment as the office's clock shows it, empty if there is none."""
        if not moment:
            return ""
        return format_datetime(
            self.env, moment, tz=self.ticket_id.regulation_id.tz, dt_format="short"
        )

    def _signatures_text(self):
        """Return who signed when, with the hashes of the signatures."""
        if self.on_paper or not self.first_signature:
            scans = [
                hashlib.sha256(scan.raw or b"").hexdigest()
                for scan in self.sudo().scan_ids  # sudo: ir.attachment - its hash only
            ]
            return self.env._("signed by hand, scan %s", ", ".join(scans))
        lines = []
        hidden = self._is_discreet() and not self.second_user_id
        second = self._other_side() if hidden else self.second_name
        for name in ("first", "second"):
            digest = hashlib.sha256(self[f"{name}_signature"]).hexdigest()
            # sudo: res.users - the name of who signed, for every reader of the act
            who = second if name == "second" else self.first_user_id.sudo().name
            lines.append(f"{who} {self[f'{name}_signed_date']} {digest}")
        return "\n".join(lines)

    # ----------------------------------------------------------------------
    # What tells nobody who complained
    # ----------------------------------------------------------------------

    def _is_discreet(self):
        """Return whether the user may not know who complained in the case of one act."""
        case = self.ticket_id.sudo(False)
        return case.confidentiality == "confidential" and not (
            self.env.user.has_group(CUSTODIAN) or case.identity_readable
        )

    def _names_somebody_known(self):
        """Return whether the other side is “complainant”, a unit or a body on file."""
        name = self.second_name.strip()
        words = {
            word.casefold()
            for lang in (self.env.lang, self.ticket_id._paper_lang(), "en_US")
            for word in self.with_context(lang=lang)._words_for_complainant()
        }
        # sudo: hr.department, res.partner - whether a unit or company has that name
        units, bodies = self.env["hr.department"].sudo(), self.env["res.partner"].sudo()
        return bool(
            name.casefold() in words
            or units.search_count([("name", "=", name)], limit=1)
            or bodies.search_count(
                [("name", "=", name), ("is_company", "=", True)], limit=1
            )
        )

    def _words_for_complainant(self):
        return self.env._("Complainant"), self.env._("[complainant]")

    def _prepare_discreet_vals(self):
        """Return what the chain says where nothing typed may go into it."""
        return {
            "act_id": self.id,
            # sudo: res.users - names of colleagues
            "from_name": self.first_user_id.sudo().name,
            "to_name": self.second_user_id.sudo().name or self._other_side(),
            "signatures": self._signatures_text(),
        }

    def _other_side(self):
        return self.env._("other side, see the list")
