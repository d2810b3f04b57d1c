import {Component, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;

/** How long something secret is still shown; then the record is loaded anew. */
export class UntilField extends Component {
    static template = "community_complaint.UntilField";
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({left: this.seconds});
        this.timer = setInterval(() => this.tick(), 1000);
        onWillUnmount(() => clearInterval(this.timer));
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get seconds() {
        return this.value ? Math.ceil((this.value - DateTime.now()) / 1000) : 0;
    }

    get text() {
        const left = Math.max(this.state.left, 0);
        const clock = this.value.toFormat("HH:mm");
        const rest = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
        return _t("%(clock)s (%(rest)s left)", {clock, rest});
    }

    async tick() {
        if (!this.value) {
            return;
        }
        this.state.left = this.seconds;
        if (this.state.left < 0) {
            clearInterval(this.timer);
            await this.props.record.discard();
            await this.props.record.load();
        }
    }
}

registry.category("fields").add("complaint_until", {
    component: UntilField,
    displayName: _t("Time that is left"),
    supportedTypes: ["datetime"],
});
