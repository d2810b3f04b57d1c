import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const ICONS = {confidential: "fa-lock text-warning", anonymous: "fa-user-secret"};

/** A lock or a mask beside the number of a complaint that is not open. */
export class SecrecyField extends Component {
    static template = "community_complaint.SecrecyField";
    static props = {...standardFieldProps};

    get value() {
        return this.props.record.data[this.props.name];
    }

    get icon() {
        return ICONS[this.value];
    }

    get title() {
        const selection = this.props.record.fields[this.props.name].selection;
        return Object.fromEntries(selection)[this.value];
    }
}

registry.category("fields").add("complaint_secrecy", {
    component: SecrecyField,
    displayName: _t("Confidentiality of a complaint"),
    supportedTypes: ["selection"],
    listViewWidth: 28,
    label: false,
});
