from odoo import models
from odoo.tools import format_list, html2plaintext

from ..tools import called
from ..tools.discipline_steps import WAITING_STATES
from ..tools.roles import CUSTODIAN, MANAGER
from ..tools.steps import CLERK, HANDLER, LEADER
from .complaint_called import STAFF
from .complaint_conflict import CALLED

_ANSWERED = "community_complaint.activity_answered"


class HelpdeskTicket(models.Model):
    """Colleagues whom the words of a complaint name, before it is accepted.

    Somebody who works on complaints and whose full name stands in the text may be whom it
    is about: they do not see the case until somebody else answers. Where that would leave
    nobody to answer, or the name is an everyday word, it is only asked.
    """

    _inherit = "helpdesk.ticket"

    def _gates_called(self):
        """Yield who of the colleagues may be complained about, as long as nobody said."""
        asked = self.conflict_ids.filtered("is_question")
        if asked:
            names = sorted(set(asked.mapped("who")))
            yield self.env._(
                "Is it about %s, who works here? Answer under Conflicts of Interest; until "
                "then they do not work on it.",
                format_list(self.env, names, "or"),
            )

    # ----------------------------------------------------------------------
    # Looking for them
    # ----------------------------------------------------------------------

    def _exclude_named(self, vals_list):
        """Exclude from new cases whom they are about, or may be.

        :param vals_list: what they were made of
        """
        in_texts = self._called_in_texts()
        if in_texts or any(vals.get("respondent_ids") for vals in vals_list):
            self._refresh_conflicts(in_texts)

    def _after_description(self, _before):
        """Look for colleagues in what was changed."""
        self._refresh_conflicts()

    _after_name = _after_demand = _after_incident_place = _after_description

    def _called_in_texts(self):
        """Return ``[(case, user)]`` of colleagues who stand in what new cases say."""
        # sudo: helpdesk.ticket - whoever registers it
        new = self.sudo().filtered(
            lambda case: case.phase == "registered" or (case.import_id and case.is_open)
        )
        if not new:
            return []
        colleagues = [
            item
            for item in self.env["complaint.called"]._colleagues(new.company_id)
            if item.user_id and called.is_full(item.name)
        ]
        keys = {item.name: called.key(item.name) for item in colleagues}
        found = {}
        for case in new:
            words = called.key(case._words())
            for item in colleagues:
                if item.company_id == case.company_id.id and called.stands_in(
                    keys[item.name], words
                ):
                    found[case, item.user_id] = item.name
        users = self.env["res.users"].sudo()  # sudo: res.users - roles of colleagues
        return [
            (case, user, called.is_word(name))
            for (case, user_id), name in found.items()
            if (user := users.browse(user_id)).has_group(STAFF)
        ]

    def _words(self):
        """Return what one case says, as text."""
        return "\n".join(self._texts())

    def _texts(self):
        """Return the texts of one case, without their format."""
        return [html2plaintext(self[name] or "") for name in called.TEXTS]

    def _passages(self, name):
        """Return what one case says where a name stands, see :mod:`..tools.called`."""
        return [
            passage
            for text in self._texts()
            for passage in called.passages(name, called.key(text))
        ]

    def _ask_about(self, in_texts):
        """Exclude who stands in the words of cases until somebody answers.

        :param in_texts: what :meth:`_called_in_texts` returns
        """
        conflicts = self.env["complaint.conflict"]
        nobody = self.env["complaint.respondent"]
        for case in self.browse({case.id for case, *_rest in in_texts}):
            rows = [row for row in in_texts if row[0].id == case.id]
            sure = self.env["res.users"].union(
                *(user for _case, user, is_word in rows if not is_word)
            )
            if not case._can_answer() - sure:
                sure -= case._spared(sure)
            new = conflicts
            for _case, user, _is_word in rows:
                state = "set" if user in sure else "asked"
                new |= conflicts._set([(case, user, "called", nobody)], state=state)
            case._watch_called(new.filtered(lambda item: item.state == "set").user_id)

    def _have_answers_seen(self, answers):
        """Ask a leader to look at what was answered of whom one case is about.

        Neither who answered nor anybody who is, or was, asked about.

        :param answers: ``complaint.conflict`` records
        """
        self._have_looked_at(
            answers.user_id | self.env.user,
            lambda case: case.env._(
                "Look whether it was answered rightly whom it is about"
            ),
        )

    def _have_looked_at(self, involved, text):
        """Ask somebody to look whom one case is about: a leader, else a custodian.

        Where none of them may read it, who can change that learns its number: somebody
        always hears of it.

        :param involved: users who are not asked; who is, or was, asked about never is
        :param text: function of the case in the language of the reader
        """
        # sudo: helpdesk.ticket - who is left, whoever answered
        case = self.sudo()
        called_so = case.conflict_ids.filtered(lambda item: item.cause == CALLED)
        involved |= called_so.user_id
        custodians = case._office_people(CUSTODIAN) - case.conflict_user_ids
        people = (case._leaders_left() | custodians) - involved
        if any(user in people for user in case._asked_to_look()):
            return
        reader = people.filtered(case._may_be_read_by)[:1]
        if not reader:
            case._tell_unseen(lambda case: f"{case.number}: {text(case)}", but=involved)
            return
        case.activity_schedule(
            _ANSWERED,
            summary=text(case.with_context(lang=reader.lang)),
            user_id=reader.id,
        )

    # ----------------------------------------------------------------------
    # What waited for an answer
    # ----------------------------------------------------------------------

    def _waits_go_on(self):
        """A step that waited for an answer waits for who takes it."""
        return {case: case._who_goes_on() for case in self if case._is_answered()}

    def _is_answered(self):
        """Return whether a step of one case waits for nothing but its being taken.

        Somebody was asked about and nobody is any more; what it kept back is still there.
        """
        asked = self.conflict_ids.filtered(lambda item: item.cause == CALLED)
        if not asked or any(asked.mapped("is_question")):
            return False
        drafts = self.decision_ids.filtered(lambda item: item.state == "draft")
        measures = self.discipline_ids.filtered(
            lambda item: item.state in WAITING_STATES
        )
        kept_back = drafts.measure_line_ids.respondent_id | measures.respondent_id
        return self.phase == "registered" or bool(asked.respondent_id & kept_back)

    def _who_goes_on(self):
        """Return who handles one case, or took it down; else who may take its step."""
        desk = self.team_id.user_ids - self.conflict_user_ids
        own = (self.user_id or self.first_receiver_id or self.create_uid) & desk
        step = self._next_step()
        roles = self._step(step).by if step else (HANDLER, LEADER)
        return own or desk.filtered(lambda user: any(map(user.has_group, roles)))

    def _asked_to_look(self):
        """Return who was asked to look at answers in one case and did not do it yet."""
        kind = self.env.ref(_ANSWERED)
        return self.activity_ids.filtered(
            lambda item: item.activity_type_id == kind
        ).user_id

    def _leaders_left(self):
        """Return leaders of one case, those of the desk first, then who is in charge."""
        head, desk = self.team_id.user_id, self.team_id.user_ids
        leaders = (head | desk | self._office_people(LEADER)).filtered(
            lambda user: user.has_group(LEADER)
        )
        return (leaders | self._office_people(MANAGER)) - self.conflict_user_ids

    def _spared(self, people):
        """Return those of the people who go on seeing one case: somebody has to answer.

        As few as possible, and of the highest role.
        """
        # sudo: helpdesk.ticket - whoever registers it
        managers = people & self.sudo()._office_people(MANAGER)
        leaders = people.filtered(lambda user: user.has_group(LEADER))
        return managers or leaders or people

    def _can_answer(self):
        """Return who may say whether colleagues are meant in one case."""
        # sudo: helpdesk.ticket - whoever registers it
        case = self.sudo()
        desk = case.team_id.user_ids.filtered(
            lambda user: any(
                user.has_group(group) for group in (CLERK, HANDLER, LEADER)
            )
        )
        return (desk | case._office_people(MANAGER)) - case.conflict_user_ids
