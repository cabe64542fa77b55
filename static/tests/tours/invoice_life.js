import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { runEngine } from "./connect_and_edit";
import { patient } from "./patient";

registry.category("web_tour.tours").add("qbo_invoice_confirm", {
    steps: patient(() => [
        {
            content: "The draft is for QuickBooks",
            trigger: ".o_form_view .o_field_widget[name=qbo_invoice_type]",
        },
        {
            content: "Confirm it",
            trigger: ".o_form_view button[name=action_post]:contains(Confirm)",
            run: "click",
        },
        {
            content: "It is on its way",
            trigger: ".o_qbo_badge:contains(Pending)",
            run: runEngine,
        },
        {
            content: "It is in QuickBooks",
            trigger: ".o_qbo_badge:contains(QBO)",
        },
    ]),
});

/** Let QuickBooks have the invoice, and the page hear of it, after the form has read it and before it shows it. */
function beFast() {
    const { bus_service: bus } = odoo.__WOWL_DEBUG__.root.env.services;
    const heard = new Promise((resolve) => {
        bus.subscribe("quickbooks_online/state", (payload) => payload["account.move"] && resolve());
    });
    const unpatch = patch(rpc, {
        async _rpc(url) {
            const answer = await super._rpc(...arguments);
            if (url.endsWith("/account.move/web_read")) {
                unpatch();
                await runEngine();
                await heard;
            }
            return answer;
        },
    });
}

registry.category("web_tour.tours").add("qbo_invoice_confirm_fast", {
    steps: patient(() => [
        {
            trigger: ".o_form_view button[name=action_post]:contains(Confirm)",
            async run({ click }) {
                beFast();
                await click();
            },
        },
        {
            content: "The badge does not stay behind",
            trigger: ".o_qbo_badge:contains(QBO)",
        },
    ]),
});

registry.category("web_tour.tours").add("qbo_invoice_pay_and_refund", {
    steps: patient(() => [
        {
            content: "What was changed in QuickBooks is here",
            trigger: ".o_field_widget[name=tax_totals]:contains(30.00)",
        },
        {
            content: "Pay it",
            trigger: ".o_form_view button[name=action_register_payment]:contains(Pay)",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_create_payments]",
            run: "click",
        },
        {
            content: "Send the payment",
            trigger:
                "body:not(:has(.modal)) .o_form_view .ribbon:contains(Paid), body:not(:has(.modal)) .o_form_view .ribbon:contains(In Payment)",
            run: runEngine,
        },
        {
            content: "Look at the payment",
            trigger: ".o_form_view button[name=action_open_business_doc], .o_form_view button[name=open_payments]",
            run: "click",
        },
        {
            content: "It is in QuickBooks",
            trigger: ".o_form_view .o_qbo_badge:contains(QBO)",
        },
        {
            content: "Give it back",
            trigger: ".o_form_view button[name=action_qbo_refund]",
            run: "click",
        },
        {
            content: "All of the invoice is refunded",
            trigger: ".modal .o_field_widget[name=invoice_id]",
        },
        {
            trigger: ".modal button[name=action_refund]",
            run: "click",
        },
        {
            content: "The refund is on its way",
            trigger: "body:not(:has(.modal)) .o_form_view .o_qbo_badge:contains(Pending)",
            run: runEngine,
        },
        {
            content: "And in QuickBooks",
            trigger: ".o_form_view .o_qbo_badge:contains(QBO)",
        },
    ]),
});
