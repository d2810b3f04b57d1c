import "@mail/chatter/web/chatter_patch";
import {Chatter} from "@mail/chatter/web_portal/chatter";
import {patch} from "@web/core/utils/patch";

/** On complaints people outside are written to by a dialog, the composer is for notes. */
patch(Chatter.prototype, {
    onClickWriteToThem() {
        const {id} = this.state.thread;
        this.env.services.action.doAction(
            "community_complaint.complaint_tell_wizard_action",
            {
                additionalContext: {default_ticket_id: id, active_id: id},
                onClose: () => this.reloadParentView(),
            }
        );
    },
    toggleComposer(mode, ...rest) {
        const only = mode && this.state.thread.isForStaff ? "note" : mode;
        return super.toggleComposer(only, ...rest);
    },
});
