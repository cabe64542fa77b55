import { registry } from "@web/core/registry";
import { runEngine } from "./connect_and_edit";
import { patient } from "./patient";

const row = (name) => `.o_data_row:contains(${name})`;
const whole = (label) => [
    { trigger: ".o_cp_action_menus button:has(.fa-cog)", run: "click" },
    { content: label, trigger: `.o-dropdown--menu .o-dropdown-item:contains(${label})`, run: "click" },
];

/** A probable pair is linked, one that is only there is left, a pair is parted, and it is compared again. */
registry.category("web_tour.tours").add("qbo_comparison", {
    steps: patient(() => [
        {
            content: "Both sides beside each other",
            trigger: `${row("John and Jane Smith")}:contains(The Smiths):contains(Names alike)`,
        },
        { trigger: `${row("John and Jane Smith")} button[name=action_link]`, run: "click" },
        {
            content: "The decision stands in the line",
            trigger: `${row("John and Jane Smith")} td[name=decision]:contains(Link)`,
        },
        { trigger: `${row("Only there")} button[name=action_leave]`, run: "click" },
        { trigger: `${row("Only there")} td[name=decision]:contains(Leave)` },
        {
            content: "One line, and both sides of it",
            trigger: `${row("Harbor Marine")} .o_list_record_open_form_view`,
            run: "click",
        },
        { trigger: ".o_form_view button[name=action_part]", run: "click" },
        {
            trigger:
                ".o_form_view button[name=action_part]:not(:visible), .o_form_view:not(:has(button[name=action_part]))",
        },
        { trigger: ".breadcrumb-item a:contains(Comparison), .o_back_button", run: "click" },
        { trigger: row("Harbor Marine Inc") },
        ...whole("Compare Again"),
        {
            content: "The engine does it, and a dialog shows how far it is",
            trigger: ".modal .o_qbo_progress[data-state=reading] .progress",
            run: runEngine,
        },
        { trigger: ".modal button[name=action_compare]:contains(Open the Comparison)", run: "click" },
        {
            content: "What was decided is still decided",
            trigger: `${row("John and Jane Smith")} td[name=decision]:contains(Link)`,
        },
        { trigger: `${row("Only there")} td[name=decision]:contains(Leave)` },
        { trigger: "button[name=action_carry_out]", run: "click" },
        { trigger: ".modal button.btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_notification:contains(carried out)" },
    ]),
});
