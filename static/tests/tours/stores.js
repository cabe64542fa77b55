import { registry } from "@web/core/registry";
import { runEngine } from "./connect_and_edit";
import { patient } from "./patient";

const row = (name) => `.o_data_row:contains(${name})`;

/** The day ends, its entry says that an account is not mapped, the mapping fixes it, and it is in QuickBooks. */
registry.category("web_tour.tours").add("qbo_end_of_day", {
    steps: patient(() => [
        { content: "Open the store", trigger: `${row("Burbank")} td[name=name]`, run: "click" },
        { trigger: ".o_form_view button[name=action_end_of_day]", run: "click" },
        { content: "It says what happens", trigger: ".o_notification:contains(in a moment)", run: runEngine },
        { content: "The store shows its entries", trigger: "button[name=action_view_entries]", run: "click" },
        { trigger: `${row("End of day")} td[name=store_id]`, run: "click" },
        { content: "The error names the account", trigger: ".alert-warning:contains(mapped to no account)" },
        { trigger: ".alert-warning button[name=action_qbo_details]", run: "click" },
        { trigger: ".modal button[name=action_map_accounts]", run: "click" },
        { trigger: `${row("6030")}:contains(Insurance) button[name=action_qbo_accept_suggestions]`, run: "click" },
        { trigger: ".o_notification:contains(mapped)", run: runEngine },
        { trigger: "body:not(:has(.o_data_row:contains(6030)))" },
        { trigger: ".breadcrumb-item:last a, .o_back_button a", run: "click" },
        { content: "It is in QuickBooks", trigger: ".o_form_view .o_stat_value:contains(QBO)" },
    ]),
});

/** Another posting mode is chosen after its meaning was read. */
registry.category("web_tour.tours").add("qbo_posting_mode", {
    steps: patient(() => [
        { trigger: ".nav-link[name=entries]", run: "click" },
        { trigger: "button[name=action_choose_posting_mode]", run: "click" },
        { content: "What counts now", trigger: ".modal:contains(one journal entry for each store and day)" },
        { trigger: ".modal .o_radio_item:contains(Real-time) input", run: "click" },
        {
            content: "What would count",
            trigger: ".modal .o_field_widget[name=meaning]:contains(as soon as it is posted)",
        },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_field_widget[name=posting_mode]:contains(Real-time)" },
    ]),
});
