import {
    RemainingDaysField,
    remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const {DateTime} = luxon;

/**
 * How long is left until a legal date, in calendar days.
 *
 * @param {DateTime} date
 * @returns {String}
 */
export function daysLeft(date) {
    const today = DateTime.local().startOf("day");
    const days = Math.floor(date.startOf("day").diff(today, "days").days);
    if (days === 0) {
        return _t("due today");
    }
    return days > 0 ? _t("%s days left", days) : _t("%s days overdue", -days);
}

/** The base says “next month” of Wednesday, when Wednesday is the 2nd. */
export class DaysLeftField extends RemainingDaysField {
    get diffString() {
        return this.diffDays === null
            ? ""
            : daysLeft(this.props.record.data[this.props.name]);
    }
}

registry.category("fields").add("complaint_days_left", {
    ...remainingDaysField,
    component: DaysLeftField,
    displayName: _t("Days Left"),
});
