import {FormLabel} from "@web/views/form/form_label";
import {patch} from "@web/core/utils/patch";

/** What the regulation of a complaint asks for bears a mark, without being forced. */
patch(FormLabel.prototype, {
    get className() {
        const {fieldName, record} = this.props;
        const asked = record.resModel === "helpdesk.ticket" && record.data.asked_fields;
        const className = super.className;
        return asked && asked.includes(fieldName)
            ? `${className} o_complaint_asked`
            : className;
    },
});
