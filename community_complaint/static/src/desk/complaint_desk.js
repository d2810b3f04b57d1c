import {Component, onWillStart, useState} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {daysLeft} from "../clock/days_left";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const DUE_TONES = {overdue: "danger", close: "warning", running: "info"};

/** “My desk”: what needs me now. All figures and texts come from the server. */
export class ComplaintDesk extends Component {
    static template = "community_complaint.ComplaintDesk";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.desk = useState({sections: [], urgent: []});
        this.display = {controlPanel: {}};
        useSetupAction();
        onWillStart(() => this.load());
    }

    async load() {
        Object.assign(
            this.desk,
            await this.orm.call("helpdesk.ticket", "get_complaint_desk", [])
        );
    }

    get empty() {
        return this.desk.sections.every((section) =>
            section.tiles.every((tile) => !tile.count)
        );
    }

    dueDate(row) {
        return formatDate(deserializeDate(row.next_due_date));
    }

    dueIn(row) {
        return daysLeft(deserializeDate(row.next_due_date));
    }

    dueTone(row) {
        return DUE_TONES[row.next_due_state] || "secondary";
    }

    phaseLabel(row) {
        return this.desk.phases[row.phase] || "";
    }

    async openTile(tile) {
        const action = await this.orm.call(
            "helpdesk.ticket",
            "open_complaint_desk_tile",
            [tile.key]
        );
        this.action.doAction(action);
    }

    openCase(row) {
        this.action.doAction("community_complaint.helpdesk_ticket_action", {
            viewType: "form",
            props: {resId: row.id},
        });
    }

    register() {
        this.action.doAction("community_complaint.helpdesk_ticket_action_intake");
    }

    adopt() {
        this.action.doAction("community_complaint.complaint_regulation_action");
    }
}

registry.category("actions").add("complaint_desk", ComplaintDesk);
ComplaintDesk.displayName = _t("My Desk");
