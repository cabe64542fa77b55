import { registry } from "@web/core/registry";
import { patient } from "./patient";

const lines = ".o_field_widget[name=shown_line_ids]";

registry.category("web_tour.tours").add("qbo_reconciliation", {
    steps: patient(() => [
        {
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Last month is offered; QuickBooks is read at once",
            trigger: "button[name=action_compare]:contains(Compare)",
            run: "click",
        },
        {
            content: "It says how much agrees",
            trigger: ".o_form_view .alert-warning:contains(mapped accounts differ)",
        },
        {
            content: "An account that agrees is there too",
            trigger: `${lines} .o_data_row:contains(Inventory Asset):contains(Agrees)`,
        },
        {
            trigger: ".o_field_widget[name=only_differences] input",
            run: "click",
        },
        {
            trigger: `${lines}:not(:contains(Inventory Asset)) .o_data_row:contains(Accounts Receivable) button[name=action_explain]`,
            run: "click",
        },
        {
            content: "What Odoo knows, and what nobody but QuickBooks knows",
            trigger: ".modal .o_data_row:contains(Not explained by journal items)",
        },
        {
            content: "Down to the journal items",
            trigger: ".modal .o_data_row:contains(the next end of day sends it) button[name=action_journal_items]",
            run: "click",
        },
        {
            trigger: ".o_list_view:not(:has(.modal)) .o_data_row:contains(Acme Pools):contains(32.40)",
        },
    ]),
});
