import { registry } from "@web/core/registry";
import { runEngine } from "./connect_and_edit";
import { patient } from "./patient";

const items = ".o_form_view .o_field_widget[name=item_ids]";

registry.category("web_tour.tours").add("qbo_end_of_day_refused", {
    steps: patient(() => [
        {
            content: "The store says that it is open",
            trigger: ".o_form_view .alert:contains(has drafts)",
        },
        {
            trigger: ".o_form_view button[name=action_end_of_day]",
            run: "click",
        },
        {
            content: "It refuses, with what to do",
            trigger: ".modal:contains(Post or delete them first)",
        },
        {
            trigger: ".modal .btn-close, .modal footer button",
            run: "click",
        },
    ]),
});

registry.category("web_tour.tours").add("qbo_end_of_day_after_drafts", {
    steps: patient(() => [
        {
            trigger: ".o_form_view:not(:has(.alert:contains(has drafts))) button[name=action_end_of_day]",
            run: "click",
        },
        {
            content: "One entry is on its way",
            trigger: ".o_notification:contains(in QuickBooks in a moment)",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=entry_ids] .o_qbo_badge:contains(Pending)",
            run: runEngine,
        },
        {
            content: "Look at the entries",
            trigger: ".o_form_view button[name=action_view_entries]",
            run: "click",
        },
        {
            content: "It is in QuickBooks",
            trigger: ".o_list_view .o_data_row:contains(Burbank):has(.o_qbo_badge:contains(QBO)) td[name=number]",
            run: "click",
        },
        {
            content: "It shows what it holds",
            trigger: `${items} .o_data_row:contains(MISC)`,
        },
        {
            content: "Follow an item to Odoo's journal entry",
            trigger: `${items} .o_data_row:contains(MISC) button[name=action_open_move]`,
            run: "click",
        },
        {
            content: "Which knows its entry in QuickBooks",
            trigger: ".o_form_view button[name=action_qbo_entries]",
            run: "click",
        },
        {
            trigger: `${items} .o_data_row:contains(MISC)`,
        },
    ]),
});
