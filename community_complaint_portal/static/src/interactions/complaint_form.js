import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/**
 * Comfort for the residents' forms; every form works without it.
 *
 * - files that the server would refuse are noticed before a long upload;
 * - a form that is being sent is not sent again by a second tap.
 */
export class ComplaintForm extends Interaction {
    static selector = ".o_cc form[method='post']";
    dynamicContent = {
        _root: {"t-on-submit": this.onSubmit},
        "input[type='file']": {"t-on-change": this.onFilesChange},
    };

    start() {
        this.sending = false;
        // the browser shows a page from its memory when one goes back
        this.addListener(window, "pageshow", () => {
            this.sending = false;
        });
        const alert = document.querySelector(".o_cc_alert");
        if (alert) {
            alert.focus();
        }
        const input = this.fileInput;
        if (input) {
            // the browser's own button is small and speaks the browser's language
            input.classList.add("visually-hidden");
            this.el.querySelector(".o_cc_pick").classList.remove("d-none");
        }
    }

    get fileInput() {
        return this.el.querySelector("input[type='file']");
    }

    onSubmit(ev) {
        const input = this.fileInput;
        if (this.sending || (input && !this.checkFiles(input))) {
            ev.preventDefault();
            return;
        }
        this.sending = true;
    }

    onFilesChange(ev) {
        this.checkFiles(ev.currentTarget);
        this.showNames(ev.currentTarget);
    }

    /**
     * Show the names of the chosen files.
     *
     * @param {HTMLInputElement} input
     */
    showNames(input) {
        const list = this.el.querySelector(".o_cc_chosen");
        const items = [...input.files].map((file) => {
            const item = document.createElement("li");
            item.className = "o_cc_clip";
            item.textContent = file.name;
            return item;
        });
        list.replaceChildren(...items);
        list.classList.toggle("d-none", !items.length);
    }

    /**
     * Show whether the chosen files may be sent, and which are too large.
     *
     * @param {HTMLInputElement} input
     * @returns {Boolean}
     */
    checkFiles(input) {
        const {maxSize, maxTotal, maxFiles} = input.dataset;
        const files = [...input.files];
        const large = files.filter((file) => file.size > Number(maxSize));
        const total = files.reduce((sum, file) => sum + file.size, 0);
        const fits =
            files.length <= Number(maxFiles) &&
            total <= Number(maxTotal) &&
            !large.length;
        const problem = this.el.querySelector(".o_cc_file_problem");
        problem.classList.toggle("d-none", fits);
        problem.querySelector(".o_cc_file_names").textContent = large
            .map((file) => file.name)
            .join(", ");
        if (!fits) {
            problem.scrollIntoView({block: "center"});
        }
        return fits;
    }
}

registry.category("public.interactions").add("community_complaint.form", ComplaintForm);
