import { cookie } from "@web/core/browser/cookie";
import { registry } from "@web/core/registry";
import { runEngine } from "./connect_and_edit";
import { patient } from "./patient";

const next = (from, to) => [
    { content: `Leave ${from}`, trigger: "button[name=action_next]:contains(Next)", run: "click" },
    { content: `Come to ${to}`, trigger: `.o_statusbar_status button.o_arrow_button_current:contains(${to})` },
];

/** Comparing and previewing is work of the engine: the page watches. */
const read = {
    content: "It is being read, and the page shows it",
    trigger: ".o_qbo_progress[data-state=reading] .progress",
    run: runEngine,
};

const saveAndSync = [
    { trigger: "button[name=action_save_and_sync]", run: "click" },
    { trigger: ".modal button.btn-primary:contains(Save & Sync)", run: "click" },
    {
        content: "The bars are there, and the run goes on without the page",
        trigger: ".o_qbo_progress[data-state=running] .progress",
        run: runEngine,
    },
    {
        content: "They move by themselves, to the end",
        trigger: ".alert-success:contains(The first run is done)",
    },
];

/** What an administrator has on a piece of paper: the sandbox's address and the keys. The test hands it over. */
function keys() {
    const [url, id, secret] = decodeURIComponent(cookie.get("qbo_keys")).split(" ");
    return { url, id, secret };
}

const type = (name, key) => ({
    trigger: `.o_field_widget[name=${name}] input`,
    run: ({ edit }) => edit(keys()[key]),
});

/** No connection yet, a QuickBooks company without difficulties: the keys are typed in, the rest is pressing Next. */
registry.category("web_tour.tours").add("qbo_setup_clean", {
    steps: patient(() => [
        {
            content: "Before anything, what one needs",
            trigger: "div[name=connect]:contains(Connecting starts nothing)",
        },
        { trigger: ".o_field_widget[name=environment] input", run: "click" },
        { trigger: ".o_select_menu_item:contains(Local sandbox)", run: "click" },
        type("local_url", "url"),
        type("client_id", "id"),
        type("client_secret", "secret"),
        {
            trigger: "button[name=action_connect]:contains(Connect to QuickBooks)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Back from Intuit, at the same place",
            trigger: "div[name=connect] .alert-success:contains(Connected to)",
        },
        ...next("Connect", "Readiness"),
        {
            content: "Nothing is blocking",
            trigger: ".o_field_widget[name=check_ids]:contains(Subscription):not(:contains(Blocking))",
        },
        {
            content: "One thing is fixed by its button",
            trigger: ".o_data_row:contains(Document numbers) button[name=action_fix]",
            run: "click",
        },
        { trigger: ".o_data_row:contains(Document numbers):contains(OK)" },
        ...next("Readiness", "Compare"),
        read,
        { trigger: ".o_field_widget[name=comparison] table:contains(Only in QuickBooks)" },
        ...next("Compare", "Accounts and Options"),
        {
            content: "The usual accounts are chosen",
            trigger: ".o_field_widget[name=deposit_account_id] input:value(Undeposited Funds)",
        },
        ...next("Accounts and Options", "Taxes"),
        {
            content: "QuickBooks' tax is proposed",
            trigger: ".o_field_widget[name=tax_line_ids] .o_data_row:contains(Florida):contains(Create in Odoo)",
        },
        ...next("Taxes", "What to Synchronize"),
        {
            content: "All documents are preselected, with what that means",
            trigger: ".o_field_widget[name=start_table] .table-active:contains(All that exist)",
        },
        ...next("What to Synchronize", "Preview"),
        read,
        {
            content: "Each number has its list",
            trigger: ".o_data_row:contains(Customers) button[name=action_show]",
            run: "click",
        },
        { content: "… and each row what is written", trigger: "button[name=action_payload]", run: "click" },
        { content: "… in words", trigger: ".modal .o_field_widget[name=words] table:contains(Name)" },
        { content: "… and as it is sent, folded", trigger: ".modal details:not([open]) summary:contains(JSON)" },
        { trigger: ".modal button:contains(Close)", run: "click" },
        { trigger: ".breadcrumb-item a, .o_back_button", run: "click" },
        ...saveAndSync,
        { trigger: "button[name=action_view_log]", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(QuickBooks)" },
    ]),
});

/** Another currency and closed books are said before anything is compared; what is blocking lets nobody go on. */
registry.category("web_tour.tours").add("qbo_setup_stopped", {
    steps: patient(() => [
        ...next("Connect", "Readiness"),
        { trigger: ".o_data_row:contains(Currency):contains(Blocking):contains(CAD)" },
        { trigger: ".o_data_row:contains(Closed books):contains(Warning)" },
        { trigger: "button[name=action_next]", run: "click" },
        { trigger: ".modal:contains(Fix what says Blocking first)" },
        { trigger: ".modal button:contains(Close)", run: "click" },
    ]),
});

/** Duplicates, inactive ones, no first name and credits: each is shown, decided or left alone. */
registry.category("web_tour.tours").add("qbo_setup_messy", {
    steps: patient(() => [
        { trigger: "button[name=action_refresh]:contains(Check Again)", run: "click" },
        { trigger: ".o_data_row:contains(Currency):contains(OK)" },
        ...next("Readiness", "Compare"),
        read,
        { trigger: ".o_field_widget[name=comparison] tr:contains(Probably the same)" },
        { trigger: ".o_field_widget[name=comparison] tr:contains(Active on one side only)" },
        { trigger: ".o_field_widget[name=comparison] tr:contains(Excluded by a rule)" },
        ...next("Compare", "Accounts and Options"),
        ...next("Accounts and Options", "Taxes"),
        ...next("Taxes", "What to Synchronize"),
        ...next("What to Synchronize", "Preview"),
        read,
        {
            content: "Potential duplicates once more",
            trigger: ".alert-warning:contains(Perhaps on both sides already)",
        },
        { content: "Existing credits", trigger: ".alert-info:contains(1 customer has credit of):contains(30.00)" },
        ...saveAndSync,
    ]),
});
