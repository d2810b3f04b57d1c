import {Attachment} from "@mail/core/common/attachment_model";
import {Message} from "@mail/core/common/message_model";
import {Thread} from "@mail/core/common/thread_model";
import {patch} from "@web/core/utils/patch";

/** What is on the file of a complaint stays: no menus that only lead to a refusal. */
patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {boolean|undefined} told by helpdesk.ticket._thread_to_store */
        this.isOnFile = undefined;
        /** @type {boolean} whether this user may write to the people of the case */
        this.canWriteToThem = false;
    },
    /** Whether only staff read what is written here; of a ticket also before it is told. */
    get isForStaff() {
        return this.isOnFile ?? this.model === "helpdesk.ticket";
    },
});

patch(Message.prototype, {
    get editable() {
        return !this.thread?.isOnFile && super.editable;
    },
});

patch(Attachment.prototype, {
    get isDeletable() {
        const pending = Boolean(this.composer);
        return (pending || !this.thread?.isOnFile) && super.isDeletable;
    },
});
