import {Component, onWillUnmount, useRef} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {registry} from "@web/core/registry";

const STYLE = `
    body { font: 12pt/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 10mm; }
    .o_complaint_slip { border: 1px solid #000; padding: 8mm; max-width: 120mm; }
    .o_complaint_slip_code { font: bold 20pt/1.6 monospace; white-space: nowrap; }
    .o_complaint_slip_link { display: flex; gap: 6mm; align-items: center; }
    img { width: 30mm; height: 30mm; }
`;

/**
 * A receipt code, shown and printed once. It lives in this page only: neither the address of
 * a report nor a record on the server ever holds it.
 */
export class ReceiptSlip extends Component {
    static template = "community_complaint_portal.ReceiptSlip";
    static components = {Dialog};
    static props = {slip: Object, close: Function};

    setup() {
        this.paper = useRef("paper");
        onWillUnmount(() => this.frame?.remove());
    }

    get qr() {
        const query = new URLSearchParams({
            barcode_type: "QR",
            value: this.props.slip.url,
            width: 240,
            height: 240,
        });
        return `/report/barcode/?${query}`;
    }

    /** Print the slip alone, from a frame of its own. */
    print() {
        this.frame?.remove();
        const frame = (this.frame = document.createElement("iframe"));
        frame.className = "d-none";
        frame.addEventListener("load", () => frame.contentWindow.print());
        const style = `<style>${STYLE}</style>`;
        frame.srcdoc = `<!DOCTYPE html>${style}${this.paper.el.outerHTML}`;
        document.body.append(frame);
    }
}

registry.category("actions").add("complaint_receipt_slip", (env, {params}) => {
    const {next, ...slip} = params;
    env.services.dialog.add(ReceiptSlip, {slip});
    return next;
});
