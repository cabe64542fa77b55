import { registry } from "@web/core/registry";
import { runEngine } from "./connect_and_edit";
import { patient } from "./patient";

registry.category("web_tour.tours").add("qbo_bill_confirm", {
    steps: patient(() => [
        {
            content: "Confirm the bill",
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

registry.category("web_tour.tours").add("qbo_bills_pay", {
    steps: patient(() => [
        {
            content: "Both bills are in QuickBooks; choose them",
            trigger: ".o_list_view:has(.o_data_row .o_qbo_badge:contains(QBO)) thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Pay them",
            trigger: ".o_control_panel button[name=action_force_register_payment]",
            run: "click",
        },
        {
            content: "… with one payment",
            trigger: ".modal .o_field_widget[name=group_payment] input",
            run: "check",
        },
        {
            trigger: ".modal .o_field_widget[name=amount] input:value(130)",
        },
        {
            trigger: ".modal button[name=action_create_payments]",
            run: "click",
        },
        {
            content: "The payment is on its way",
            trigger: "body:not(:has(.modal)) .o_form_view .o_qbo_badge:contains(Pending)",
            run: runEngine,
        },
        {
            content: "And in QuickBooks",
            trigger: ".o_form_view .o_qbo_badge:contains(QBO)",
        },
    ]),
});

registry.category("web_tour.tours").add("qbo_bill_payment_seen", {
    steps: patient(() => [
        {
            content: "What was changed in QuickBooks is here",
            trigger: ".o_form_view .o_field_widget[name=payment_reference] input:value(1187)",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=amount]:contains(140.00)",
        },
        {
            trigger: ".o_form_view .o_qbo_badge:contains(QBO)",
        },
    ]),
});
