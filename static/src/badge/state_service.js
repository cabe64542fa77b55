import { registry } from "@web/core/registry";

const LATELY_MS = 5000; // longer than it takes to show a form

/**
 * Hears which records changed their state in QuickBooks, from the start of the page on.
 *
 * A form reads its record after the button that saved it. When QuickBooks is faster, the news comes in between: what
 * was read is old, and the badge that shows it is not there yet to hear of it.
 */
export const qboStateService = {
    dependencies: ["bus_service"],

    start(env, { bus_service: bus }) {
        const heard = new Map();

        function hear(payload) {
            const now = Date.now();
            for (const [key, at] of heard) {
                if (now - at > LATELY_MS) {
                    heard.delete(key);
                }
            }
            for (const [model, ids] of Object.entries(payload)) {
                ids.forEach((id) => heard.set(`${model},${id}`, now));
            }
        }

        /** Return whether there was news of a record lately, and forget it. */
        function takeNews(model, id) {
            const key = `${model},${id}`;
            const at = heard.get(key) || 0;
            heard.delete(key);
            return Date.now() - at < LATELY_MS;
        }

        bus.subscribe("quickbooks_online/state", hear);
        return { takeNews };
    },
};

registry.category("services").add("quickbooks_online.state", qboStateService);
