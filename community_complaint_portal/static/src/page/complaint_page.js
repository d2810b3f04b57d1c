/*
 * Comfort for the residents' pages; every one works without it. It is the only script they
 * run, and stands in the page itself: see controllers/common.py.
 *
 * - the server learns the time zone of the browser;
 * - files that the server would refuse are noticed before a long upload;
 * - a form that is being sent is not sent again by a second tap;
 * - what is typed stays on the device until it was sent, never a code.
 */
(function () {
    "use strict";

    if (!/(^|;\s)tz=/.test(document.cookie)) {
        const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
        document.cookie = `tz=${zone}; path=/; SameSite=Lax`;
    }

    /**
     * Show the names of the chosen files.
     *
     * @param {HTMLFormElement} form
     * @param {HTMLInputElement} input
     */
    function showNames(form, input) {
        const list = form.querySelector(".o_cc_chosen");
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
     * @param {HTMLFormElement} form
     * @param {HTMLInputElement} input
     * @returns {Boolean}
     */
    function checkFiles(form, input) {
        const {maxSize, maxTotal, maxFiles} = input.dataset;
        const files = [...input.files];
        const large = files.filter((file) => file.size > Number(maxSize));
        const total = files.reduce((sum, file) => sum + file.size, 0);
        const fits =
            files.length <= Number(maxFiles) &&
            total <= Number(maxTotal) &&
            !large.length;
        const problem = form.querySelector(".o_cc_file_problem");
        problem.classList.toggle("d-none", fits);
        problem.querySelector(".o_cc_file_names").textContent = large
            .map((file) => file.name)
            .join(", ");
        if (!fits) {
            problem.scrollIntoView({block: "center"});
        }
        return fits;
    }

    /**
     * Let a form check its files, and be sent once.
     *
     * @param {HTMLFormElement} form
     */
    function prepare(form) {
        let sending = false;
        // the browser shows a page from its memory when one goes back
        window.addEventListener("pageshow", () => {
            sending = false;
        });
        const input = form.querySelector("input[type='file']");
        if (input) {
            // the browser's own button is small and speaks the browser's language
            input.classList.add("visually-hidden");
            form.querySelector(".o_cc_pick").classList.remove("d-none");
            input.addEventListener("change", () => {
                checkFiles(form, input);
                showNames(form, input);
            });
        }
        form.addEventListener("submit", (ev) => {
            if (sending || (input && !checkFiles(form, input))) {
                ev.preventDefault();
                return;
            }
            sending = true;
        });
    }

    const PREFIX = "cc-";
    const SHARED = "cc_shared";
    const TYPED =
        "textarea, select, input:not([type=hidden], [type=file], [name=code], [name=id_number])";

    /**
     * Do something with what the device keeps; a private window may keep nothing.
     *
     * @param {Function} action
     * @returns {any}
     */
    function tryKept(action) {
        try {
            return action();
        } catch {
            return undefined;
        }
    }

    /** @returns {Boolean} whether others use the device too */
    function isShared() {
        return Boolean(tryKept(() => sessionStorage.getItem(SHARED)));
    }

    /**
     * Forget what was typed on this device.
     *
     * @param {String} [start] of the names; everything by default
     */
    function forget(start = "") {
        tryKept(() => {
            for (const store of [sessionStorage, localStorage]) {
                Object.keys(store)
                    .filter((name) => name.startsWith(PREFIX + start))
                    .forEach((name) => store.removeItem(name));
            }
        });
    }

    /**
     * Return what the device keeps of a form.
     *
     * @param {String} name
     * @returns {Object|undefined}
     */
    function kept(name) {
        return tryKept(
            () =>
                JSON.parse(
                    sessionStorage.getItem(PREFIX + name) ||
                        localStorage.getItem(PREFIX + name)
                ) || undefined
        );
    }

    /**
     * Return what stands in fields.
     *
     * @param {Array<HTMLElement>} fields
     * @returns {Object}
     */
    function readFields(fields) {
        const values = {};
        for (const field of fields) {
            if (field.type !== "radio") {
                values[field.name] = field.value;
            } else if (field.checked) {
                values[field.name] = field.value;
            }
        }
        return values;
    }

    /**
     * Put values into fields.
     *
     * @param {Array<HTMLElement>} fields
     * @param {Object} values
     */
    function fillFields(fields, values) {
        for (const field of fields) {
            if (field.type === "radio") {
                field.checked = values[field.name] === field.value;
            } else if (field.name in values) {
                field.value = values[field.name];
            }
        }
    }

    /**
     * Keep what is typed into a form on this device, and bring it back.
     *
     * It comes back where the server shows what it showed when it was typed, or nothing.
     *
     * @param {HTMLFormElement} form
     */
    function keepTyped(form) {
        const {keep, draft = "", here} = form.dataset;
        const fields = [...form.elements].filter((field) => field.matches(TYPED));
        const first = readFields(fields);
        const base = JSON.stringify(first);
        const old = kept(keep);
        const isEmpty = fields.every((field) => field.type === "radio" || !field.value);
        const isSame = old && old.draft === draft && old.base === base;
        const notice = form.querySelector(".o_cc_device");
        if (old && (isSame || isEmpty) && JSON.stringify(old.values) !== base) {
            fillFields(fields, old.values);
            notice.classList.remove("d-none");
            const box = form.closest("details");
            if (box) {
                box.open = true;
            }
        } else {
            forget(keep);
        }
        notice.querySelector("button").addEventListener("click", () => {
            forget(keep);
            fillFields(fields, first);
            notice.classList.add("d-none");
        });
        form.addEventListener("input", () => {
            const values = readFields(fields);
            const record = JSON.stringify({draft, base, values});
            tryKept(() => {
                const store = here || isShared() ? sessionStorage : localStorage;
                store.setItem(PREFIX + keep, record);
            });
        });
    }

    /**
     * Offer on the first screen what was typed on the device.
     *
     * @param {HTMLElement} offer
     */
    function offerTyped(offer) {
        const old = kept(offer.dataset.begun);
        if (!old || !Object.values(old.values).some(Boolean)) {
            return;
        }
        const link = offer.querySelector("a");
        link.href = `${link.dataset.start}/${encodeURIComponent(old.draft)}/what`;
        offer.querySelector(".o_cc_text").textContent = (old.values.what || "").slice(
            0,
            60
        );
        offer.classList.remove("d-none");
        offer.querySelector("button").addEventListener("click", () => {
            forget();
            offer.classList.add("d-none");
        });
    }

    /**
     * Let a person say that the device is not theirs alone.
     *
     * @param {HTMLElement} choice
     */
    function askShared(choice) {
        const box = choice.querySelector("input");
        choice.classList.remove("d-none");
        box.checked = isShared();
        box.addEventListener("change", () => {
            forget();
            tryKept(() => sessionStorage.setItem(SHARED, box.checked ? "1" : ""));
        });
    }

    document
        .querySelectorAll("[data-forget]")
        .forEach((node) => forget(node.dataset.forget));
    document.querySelectorAll("form[data-keep]").forEach(keepTyped);
    document.querySelectorAll("[data-begun]").forEach(offerTyped);
    document.querySelectorAll(".o_cc_shared").forEach(askShared);
    // whoever leaves the account, or closes the case, leaves nothing behind
    document.addEventListener("click", (ev) => {
        const way = "a[href*='/logout'], [value='sign_out'], [action$='/leave'] button";
        if (ev.target.closest(way)) {
            forget();
        }
    });
    document.querySelectorAll(".o_cc form[method='post']").forEach(prepare);
    document.querySelector(".o_cc_alert, .o_cc_success[tabindex]")?.focus();
})();
