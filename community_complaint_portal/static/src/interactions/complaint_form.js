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
    }

    onSubmit(ev) {
        const input = this.el.querySelector("input[type='file']");
        if (this.sending || (input && !this.checkFiles(input))) {
            ev.preventDefault();
            return;
        }
        this.sending = true;
    }

    onFilesChange(ev) {
        this.checkFiles(ev.currentTarget);
    }

    /**
     * Show whether the chosen files may be sent.
     *
     * @param {HTMLInputElement} input
     * @returns {Boolean}
     */
    checkFiles(input) {
        const {maxSize, maxTotal, maxFiles} = input.dataset;
        const sizes = [...input.files].map((file) => file.size);
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const fits =
            sizes.length <= Number(maxFiles) &&
            total <= Number(maxTotal) &&
            sizes.every((size) => size <= Number(maxSize));
        const problem = this.el.querySelector(".o_cc_file_problem");
        problem.classList.toggle("d-none", fits);
        if (!fits) {
            problem.scrollIntoView({block: "center"});
        }
        return fits;
    }
}

registry.category("public.interactions").add("community_complaint.form", ComplaintForm);
