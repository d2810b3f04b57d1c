import json
from datetime import datetime, time

from odoo import Command, api, models
from odoo.tools import file_open

from odoo.addons.community_complaint.models.complaint_demo import Office

#: Working days before the result is served, by step of the case.
_BEFORE = {"register": 9, "accept": 8, "investigate": 7, "submit": 4, "notify": 1}


class ComplaintDemo(models.AbstractModel):
    """Adds appeals to the demo office, dated back, by the steps that people take.

    Called from the demo data only; the stories are in ``demo/appeals.json``.
    """

    _inherit = "complaint.demo"

    @api.model
    def _load_appeals(self):
        """Add appeals in every state, unless there are some already."""
        if self.env["complaint.appeal"].search_count([], limit=1):
            return
        # demo data come before translations, but ladders and papers are made from them
        module = self.env.ref("base.module_community_complaint_appeal")
        module._update_translations("zh_CN")
        self.env["complaint.regulation"]._follow_template_appeals()
        with file_open("community_complaint_appeal/demo/appeals.json", "rb") as stream:
            appeals = json.load(stream)
        _AppealOffice(self.env, self._stories()).build_appeals(appeals)


class _AppealOffice(Office):
    """The demo office while its appeals are being built."""

    def build_appeals(self, plan):
        """Make the second leader's desks, then every case with its appeal."""
        self.users["leader2"] = self.env.ref(
            "community_complaint_appeal.user_leader2_demo"
        )
        self.random.seed(7)
        for code in ("r01", "r02"):
            self.desks[code] = self._own_desk(code)
        self.days = self.env.company.resource_calendar_id._complaint_working_calendar()
        rules = self.desks["r02"].regulation_id
        rules.appeal_level_ids.superior_name = plan["superior"]
        for story in plan["appeals"]:
            self._appealed_case(story)

    def _own_desk(self, code):
        template = self.env.ref(f"community_complaint.regulation_{code}")
        desk = template._adopted(self.env.company).team_id
        desk.user_ids = [Command.link(self.users["leader2"].id)]
        return desk

    def _back(self, days, hour=10):
        """Return a moment some working days ago; 0 is today."""
        day = self.days.local_date(self.now)
        for _day in range(days):
            day = self.days.prev(day)
        return self.days.to_utc(datetime.combine(day, time(hour, 20)))

    def _appealed_case(self, plan):
        """Build one case up to its served result, and what came then."""
        story = self.stories[plan["code"]][plan["story"]]
        ticket = None
        for name, days in _BEFORE.items():
            moment = self._back(plan["served"] + days)
            with self._at(moment):
                if name == "register":
                    ticket = self._register_for(plan, story, moment)
                else:
                    getattr(self, f"_{name}")(ticket, story)
        with self._at(self._back(plan["served"])):
            ticket.notice_ids.with_user(self.users["clerk"]).action_serve(
                delivery="post", note="EMS 1024"
            )
        if "filed" in plan:
            self._appeal(ticket, plan)

    def _register_for(self, plan, story, received):
        """Register a complaint of a resident who has a login, or of anybody."""
        vals = self._complaint_vals(plan["code"], story, received, 1)
        if "resident" in plan:
            xmlid = f"community_complaint.user_{plan['resident']}_demo"
            partner = self.env.ref(xmlid).partner_id
            vals |= {
                "complainant_partner_id": partner.id,
                "complainant_name": partner.name,
                "complainant_email": partner.email,
            }
        # sudo: helpdesk.ticket - as the portal registers what residents file there
        tickets = self.env["helpdesk.ticket"].with_user(self.users["clerk"]).sudo()
        return tickets.create(vals).sudo(False)

    def _appeal(self, ticket, plan):
        """File an appeal and take the steps it got to, each on its day."""
        clerk = self.users["clerk"]
        channel = f"community_complaint.channel_{plan['channel']}"
        moment = self._back(plan["filed"])
        with self._at(moment):
            appeal = (
                self.env["complaint.appeal"]
                .with_user(clerk)
                .create(
                    {
                        "ticket_id": ticket.id,
                        "filed_date": moment,
                        "grounds": plan["grounds"],
                        "channel_id": self.env.ref(channel).id,
                    }
                )
            )
            appeal.action_file()
        for name in (
            "assigned",
            "forwarded",
            "barred",
            "decided",
            "answered",
            "closed",
        ):
            if name in plan:
                with self._at(self._back(plan[name], 15)):
                    getattr(self, f"_{name}")(appeal, plan)

    def _assigned(self, appeal, _plan):
        leader = appeal.with_user(self.users["leader"])
        leader.action_assign(self.users["leader2"])

    def _forwarded(self, appeal, _plan):
        appeal.action_forward()

    def _barred(self, appeal, plan):
        appeal.with_user(self.users["leader"]).action_dismiss_late(plan["reasons"])

    def _decided(self, appeal, plan):
        appeal = appeal.with_user(self.users["leader2"])
        if plan["outcome"] == "changed":
            appeal.action_draft_decision()
            appeal.new_decision_id.write(
                {"conclusion": plan["conclusion"], "reasons": plan["facts"]}
            )
        appeal.write({"outcome": plan["outcome"], "reasons": plan["reasons"]})
        appeal.action_decide()

    def _answered(self, appeal, _plan):
        appeal.notice_ids.action_serve(delivery="post", note="EMS 1024")

    def _closed(self, appeal, _plan):
        appeal.ticket_id.action_close()
