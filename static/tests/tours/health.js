import { registry } from "@web/core/registry";
import { runEngine } from "./connect_and_edit";
import { patient } from "./patient";

const errors = ".o_field_widget[name=error_group_ids]";

registry.category("web_tour.tours").add("qbo_health", {
    steps: patient(() => [
        {
            content: "The numbers: one in sync, two refused",
            trigger: ".oe_stat_button:contains(Errors):contains(2)",
        },
        {
            content: "Both for one cause, which says what to do",
            trigger: `${errors} .o_data_row:contains(e-mail address):contains(1 more)`,
        },
        {
            content: "What was moved is plotted",
            trigger: ".o_qbo_plot canvas",
        },
        {
            content: "Each schedule says when it runs",
            trigger: ".o_field_widget[name=schedule_ids] .o_data_row:contains(Customers)",
        },
        {
            trigger: ".o_form_view:contains(of 500)",
        },
        {
            content: "They were fixed meanwhile: try them all again",
            trigger: `${errors} button[name=action_retry]`,
            run: "click",
        },
        {
            content: "They are on their way",
            trigger: ".o_form_view:not(:has(.o_field_widget[name=error_group_ids])):contains(No errors)",
            run: runEngine,
        },
    ]),
});

registry.category("web_tour.tours").add("qbo_health_french", {
    steps: patient(() => [
        {
            content: "What stands in views is French",
            trigger: ".oe_stat_button:contains(Erreurs):contains(2)",
        },
        {
            content: "So is a reason that was stored in nobody's language",
            trigger: `${errors} .o_data_row:contains(adresse e-mail)`,
        },
        {
            content: "And what Python says",
            trigger: ".o_form_view:contains(erreurs)",
        },
    ]),
});

registry.category("web_tour.tours").add("qbo_health_phone", {
    steps: patient(() => [
        {
            trigger: `${errors} .o_kanban_record:contains(e-mail address) button[name=action_fix]`,
            run: "click",
        },
        {
            content: "Both records, to be fixed",
            trigger: ".o_kanban_record:contains(Blue Lagoon), .o_data_row:contains(Blue Lagoon)",
        },
    ]),
});

registry.category("web_tour.tours").add("qbo_lost_banner", {
    steps: patient(() => [
        {
            content: "On the list of invoices a bar says that QuickBooks is not connected",
            trigger: ".o_qbo_banner[role=alert]:contains(QuickBooks is not connected any more)",
        },
        {
            content: "One click leads to Intuit, which comes back",
            trigger: ".o_qbo_banner button:contains(Reconnect)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is connected again",
            trigger: "body:not(:has(.o_qbo_banner)) .o_form_view .o_statusbar_status button[data-value=connected]",
        },
    ]),
});
