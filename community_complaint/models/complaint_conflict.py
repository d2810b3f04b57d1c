from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..tools.life import Ask, Life, Opening, Step
from ..tools.steps import LEADER

_lt = LazyTranslate(__name__)

#: Causes said by somebody; all others follow from what is on file.
SAID = ("aside", "named", "discipline")
#: Causes that hold as long as the respondent is on file, whatever a leader thinks.
_ACCUSED = ("respondent", "contact")


class ComplaintConflict(models.Model):
    """Why somebody is excluded from a case: set once, never changed, lifted by a leader.

    What it follows from - respondents, members of staff, logins, substitutes, heads of
    units - can be changed by the person concerned or by friends: such changes exclude more
    people, they never let anybody in (THREATS 49).

    EXPOSED API: :meth:`_set`; ``_refresh_conflicts`` and ``_exclude_users`` of the case.
    """

    _name = "complaint.conflict"
    _description = "Conflict of Interest"
    _inherit = ["complaint.case.mixin", "complaint.life.mixin"]
    _order = "id"
    _rec_name = "user_id"

    _life = Life(
        {
            "lift": Step(
                ("set",),
                "lifted",
                (LEADER,),
                label=_lt("Lift"),
                asks=Ask("lift_reason"),
                stamps={"lifted_by_id": "user", "lifted_date": "now"},
                writes=("still_concerned",),
                not_by=("user_id",),
            ),
        }
    )
    _opens = {}
    _openings = {
        "set": Opening(
            "Somebody steps aside, a leader excludes somebody, or it follows from whom "
            "the case is about.",
            ("ticket_id", "user_id", "cause", "respondent_id", "reason"),
            creates=True,
        ),
    }

    user_id = fields.Many2one(
        "res.users", string="Excluded", required=True, index=True, ondelete="restrict"
    )
    cause = fields.Selection(
        [
            ("respondent", "Complained about"),
            ("unit", "Unit complained about"),
            ("contact", "Person or company complained about"),
            ("substitute", "Substitute of a respondent"),
            ("discipline", "To be disciplined"),
            ("aside", "Stepped aside"),
            ("named", "Excluded by a leader"),
        ],
        required=True,
    )
    respondent_id = fields.Many2one(
        "complaint.respondent",
        string="Because of",
        index="btree_not_null",
        ondelete="set null",
    )
    set_by_id = fields.Many2one(
        "res.users", string="Set by", required=True, default=lambda self: self.env.uid
    )
    set_date = fields.Datetime("Since", required=True, default=fields.Datetime.now)
    reason = fields.Text()
    state = fields.Selection(
        [("set", "Excluded"), ("lifted", "Lifted")], required=True, default="set"
    )
    lifted_by_id = fields.Many2one("res.users")
    lifted_date = fields.Datetime("Lifted on")
    lift_reason = fields.Text("Reason to Lift It")
    still_concerned = fields.Boolean(
        help="It was lifted although its cause went on: that cause sets it no more."
    )

    # ----------------------------------------------------------------------
    # Setting. EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _set(self, concerned, reason=False):
        """Exclude people from cases, all of them at once; nothing is checked.

        :param concerned: iterable of ``(case, user, cause, respondent)``; what is set
            already, and what a leader lifted knowing of it, is left out
        :return: the new records
        """
        wanted = {_key(*item): None for item in concerned}
        known = self._known_keys({case_id for case_id, *_rest in wanted})
        conflicts = self._create_sealed(
            "set",
            [
                {
                    "ticket_id": case_id,
                    "user_id": user_id,
                    "cause": cause,
                    "respondent_id": respondent_id,
                    "reason": reason,
                }
                for case_id, user_id, cause, respondent_id in wanted
                if (case_id, user_id, cause, respondent_id) not in known
            ],
        )
        conflicts._log("conflict_set")
        return conflicts

    @api.model
    def _known_keys(self, case_ids):
        """Return the keys, see :func:`_key`, of what is not set again."""
        if not case_ids:
            return set()
        # sudo: complaint.conflict - who is excluded already, whoever excludes more
        known = self.sudo().search(
            [
                ("ticket_id", "in", list(case_ids)),
                "|",
                ("state", "=", "set"),
                ("still_concerned", "=", True),
            ]
        )
        return {
            _key(item.ticket_id, item.user_id, item.cause, item.respondent_id)
            for item in known
        }

    # ----------------------------------------------------------------------
    # Lifting
    # ----------------------------------------------------------------------

    def action_lift(self, reason=None):
        """Let somebody know of the case again, with the reason."""
        return self._take("lift", reason)

    def _gates_lift(self, _reason):
        if self.cause in _ACCUSED and self._is_concerned():
            yield self.env._(
                "%s is complained about. If that is a mistake, remove the respondent "
                "first.",
                # sudo: res.users - the name of a colleague
                self.sudo().user_id.name,
            )

    def _after_lift(self):
        for conflict in self:
            conflict._write_step({"still_concerned": conflict._is_concerned()})
        for case, conflicts in self.grouped("ticket_id").items():
            case._message_log(
                body=self.env._(
                    "No longer excluded: %(people)s. Reason: %(reason)s",
                    # sudo: res.users - names of colleagues
                    people=", ".join(conflicts.sudo().user_id.mapped("name")),
                    reason=conflicts[:1].lift_reason,
                )
            )
        self.ticket_id._drop_conflicted()

    def _is_concerned(self):
        """Return whether the cause of one conflict, found in what is on file, goes on."""
        own = _key(self.ticket_id, self.user_id, self.cause, self.respondent_id)
        return self.cause not in SAID and own in {
            _key(*item) for item in self.respondent_id._concerned()
        }

    # ----------------------------------------------------------------------
    # Log
    # ----------------------------------------------------------------------

    def _log_step(self, name, before, given=None):
        """OVERRIDE: who may know of the case again."""
        self._log("conflict_lifted")

    def _log(self, kind):
        """Put on record who is excluded or not any more: a row per case and cause."""
        # sudo: res.users - logins of colleagues
        for cause, conflicts in self.sudo().grouped("cause").items():
            by_case = conflicts.grouped("ticket_id")
            self.env["complaint.log"]._record(
                kind,
                conflicts.ticket_id,
                lambda case, cause=cause, by_case=by_case: {
                    "cause": cause,
                    "people": by_case[case].user_id.mapped("login"),
                },
            )


def _key(case, user, cause, respondent):
    """Return what makes a conflict the same: ids, and the cause."""
    return case.id, user.id, cause, respondent.id
