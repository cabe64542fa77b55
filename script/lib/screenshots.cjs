// Takes the pictures of static/description: node screenshots.cjs PLAYWRIGHT ODOO FOLDER
const [, , playwright, odoo, folder] = process.argv;
const { chromium } = require(playwright);

const PICTURES = [
    ["overview", "/odoo/action-quickbooks_online.qbo_health_server_action", ".o_form_view, .o_kanban_view"],
    ["invoice", "/odoo/action-account.action_move_out_invoice_type", ".o_list_view"],
    ["keys", "/odoo/action-quickbooks_online.qbo_keys_server_action", ".o_form_view"],
];

(async () => {
    const browser = await chromium.launch({
        executablePath: "/usr/bin/chromium",
        args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    });
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    page.setDefaultTimeout(120000);
    await page.goto(odoo + "/web/login");
    await page.fill("input[name=login]", "admin");
    await page.fill("input[name=password]", "admin");
    await Promise.all([page.waitForURL(/\/odoo/), page.click("button[type=submit]")]);
    // The demo's records go out first: a picture of what is on its way shows little.
    const pending = '.oe_stat_button:has-text("Pending") .o_stat_value';
    do {
        await page.goto(odoo + PICTURES[0][1], { waitUntil: "domcontentloaded" });
        await page.waitForSelector(pending);
    } while ((await page.innerText(pending)).trim() !== "0");
    for (const [name, path, view] of PICTURES) {
        await page.goto(odoo + path, { waitUntil: "domcontentloaded" });
        await page.waitForSelector(view);
        await page.waitForFunction(() => !document.querySelector(".o_loading_indicator, .o_blockUI"));
        if (name === "invoice") {
            await page.click(".o_data_row .o_data_cell");
            await page.waitForSelector(".o_form_view");
        }
        await page.waitForFunction(() => document.getAnimations().every((each) => each.playState !== "running"));
        await page.screenshot({ path: `${folder}/${name}.png` });
    }
    await browser.close();
})();
