import {Component, onWillStart, onWillUnmount, useRef, useState} from "@odoo/owl";
import {BadgeField, badgeField} from "@web/views/fields/badge/badge_field";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {usePopover} from "@web/core/popover/popover_hook";
import {useService} from "@web/core/utils/hooks";

const TONES = {
    overdue: "danger",
    met_late: "danger",
    cancelled_late: "danger",
    close: "warning",
    on_hold: "warning",
    running: "info",
    met: "success",
};
const OPEN_DELAY = 300;
const CLOSE_DELAY = 250;

/** All clocks of a record: until when, and why until then. */
export class ClockPopover extends Component {
    static template = "community_complaint.ClockPopover";
    static props = {
        resModel: String,
        resId: Number,
        onEnter: Function,
        onLeave: Function,
        close: {type: Function, optional: true},
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({clocks: []});
        onWillStart(async () => {
            this.state.clocks = await this.orm.call(
                this.props.resModel,
                "get_complaint_clocks",
                [[this.props.resId]]
            );
        });
    }

    tone(clock) {
        return TONES[clock.chip] || "secondary";
    }
}

/** A deadline's status; hovering or tapping tells all clocks and why. */
export class ClockChip extends BadgeField {
    static template = "community_complaint.ClockChip";

    setup() {
        this.chip = useRef("chip");
        this.popover = usePopover(ClockPopover, {
            position: "bottom-start",
            popoverClass: "o_complaint_clock_popover",
            role: "dialog",
            onClose: () => {
                this.pinned = false;
            },
        });
        this.pinned = false;
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get tone() {
        return TONES[this.props.record.data[this.props.name]] || "secondary";
    }

    get title() {
        return _t("Deadlines");
    }

    open() {
        if (this.popover.isOpen || !this.props.record.resId || !this.chip.el) {
            return;
        }
        this.popover.open(this.chip.el, {
            resModel: this.props.record.resModel,
            resId: this.props.record.resId,
            onEnter: () => browser.clearTimeout(this.timer),
            onLeave: () => this.later(() => this.leave(), CLOSE_DELAY),
        });
    }

    later(callback, delay) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(callback, delay);
    }

    leave() {
        if (!this.pinned) {
            this.popover.close();
        }
    }

    onPointerEnter(ev) {
        if (ev.pointerType === "mouse") {
            this.later(() => this.open(), OPEN_DELAY);
        }
    }

    onPointerLeave(ev) {
        if (ev.pointerType === "mouse") {
            this.later(() => this.leave(), CLOSE_DELAY);
        }
    }

    /** Lists have their own idea of these keys. */
    onKeydown(ev) {
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            ev.stopPropagation();
            this.onClick();
        }
    }

    onClick() {
        browser.clearTimeout(this.timer);
        if (this.popover.isOpen && this.pinned) {
            this.popover.close();
            return;
        }
        this.open();
        this.pinned = true;
    }
}

registry.category("fields").add("complaint_clock", {
    ...badgeField,
    component: ClockChip,
    displayName: _t("Deadline with its reasons"),
    supportedTypes: ["selection"],
});
