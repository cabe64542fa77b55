import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";
import { stepUtils } from "@web_tour/tour_utils";
import { patient } from "./patient";

const RUNS_MAX = 20;

/**
 * Have the server run the engine, as it does by itself where scheduled actions run; in tests they do not. One that has
 * not done all in its time asks to be run again.
 */
export async function runEngine() {
    const call = (model, method, args) =>
        rpc(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs: {} });
    const crons = await call("ir.cron", "search", [[["cron_name", "like", "QuickBooks: synchronize"]]]);
    for (let runs = 0, due = 1; due && runs < RUNS_MAX; runs++) {
        await call("ir.cron", "method_direct_trigger", [crons]);
        const now = new Date().toISOString().slice(0, 19).replace("T", " ");
        due = await call("ir.cron.trigger", "search_count", [
            [
                ["cron_id", "in", crons],
                ["call_at", "<=", now],
            ],
        ]);
    }
}

registry.category("web_tour.tours").add("qbo_connect_and_edit", {
    steps: patient(() => [
        {
            content: "Connect: Intuit asks for consent and sends the browser back",
            trigger: ".o_form_view button[name=action_connect]:contains(Connect to QuickBooks)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The form shows the QuickBooks company",
            trigger: ".o_arrow_button_current:contains(Connected)",
        },
        {
            trigger: ".oe_title:contains(Blue Heron)",
        },
        {
            content: "Open the customers",
            trigger: ".o_menu_sections .dropdown-toggle:contains(Customers)",
            run: "click",
        },
        {
            trigger: ".dropdown-menu .dropdown-item:contains(Customers)",
            run: "click",
        },
        {
            content: "Open the customer; it is not in QuickBooks yet",
            trigger:
                ".o_kanban_record:contains(Harbor Marine Supply), .o_data_row:contains(Harbor Marine Supply) .o_data_cell",
            run: "click",
        },
        {
            content: "Change the phone number",
            trigger: ".o_field_widget[name=phone] input",
            run: "edit 650-555-0199",
        },
        ...stepUtils.saveForm(),
        {
            content: "It is on its way",
            trigger: ".o_qbo_badge:contains(Pending)",
            run: runEngine,
        },
        {
            content: "The badge turns by itself",
            trigger: ".o_qbo_badge:contains(QBO)",
        },
    ]),
});

registry.category("web_tour.tours").add("qbo_fix_and_retry", {
    steps: patient(() => [
        {
            content: "The list shows which customer QuickBooks refused; its badge tells more",
            trigger: ".o_data_row:contains(Harbor Marine Supply) button.o_qbo_badge:contains(Error)",
            run: "click",
        },
        {
            content: "The sentence says what to do",
            trigger: ".modal .alert-danger:contains(e-mail address of Harbor Marine Supply is not valid)",
        },
        {
            trigger: ".modal button[name=action_preview]",
            run: "click",
        },
        {
            content: "What would be sent is shown in words",
            trigger: ".modal:contains(What would be sent) .o_field_widget[name=words]:contains(not an address)",
        },
        {
            trigger: ".modal:contains(What would be sent) footer button:contains(Close)",
            run: "click",
        },
        {
            content: "Correct the address in the record",
            trigger:
                "body:not(:has(.modal)) .o_data_row:contains(Harbor Marine Supply) .o_data_cell[name=complete_name]",
            run: "click",
        },
        {
            trigger: ".o_form_view .alert-danger:contains(is not valid)",
        },
        {
            trigger: ".o_field_widget[name=email] input",
            run: "edit jo@harbor.example",
        },
        ...stepUtils.saveForm(),
        {
            trigger: ".o_form_view",
            run: runEngine,
        },
        {
            content: "In sync",
            trigger: ".o_qbo_badge:contains(QBO)",
        },
    ]),
});
