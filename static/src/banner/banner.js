import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { WebClient } from "@web/webclient/webclient";
import { reactive } from "@odoo/owl";

/** Knows which companies have lost their access to QuickBooks, from the start of the page on. */
export const qboLostService = {
    dependencies: ["bus_service", "lazy_session"],

    start(env, { bus_service: bus, lazy_session: session }) {
        const state = reactive({ lost: [], mayReconnect: false });

        session.getValue("quickbooks_online", (info) => {
            state.lost = info?.lost || [];
            state.mayReconnect = Boolean(info?.may_reconnect);
        });
        bus.subscribe("quickbooks_online/connection", (news) => {
            const others = state.lost.filter((item) => item.connection_id !== news.connection_id);
            state.lost = news.is_lost ? [...others, news] : others;
        });
        return state;
    },
};

registry.category("services").add("quickbooks_online.lost", qboLostService);

/** A bar below the menu, as long as a company that the user works in has lost its access to QuickBooks. */
export class QboBanner extends Component {
    static template = "quickbooks_online.Banner";
    static props = {};

    setup() {
        this.state = useState(useService("quickbooks_online.lost"));
        this.action = useService("action");
        this.orm = useService("orm");
    }

    /** The lost connections of the companies that are selected, with the company's name. */
    get lost() {
        const names = Object.fromEntries(user.activeCompanies.map((company) => [company.id, company.name]));
        return this.state.lost
            .filter((item) => item.company_id in names)
            .map((item) => ({ id: item.connection_id, name: names[item.company_id] }));
    }

    get hasSeveralCompanies() {
        return user.allowedCompanies.length > 1;
    }

    /** Go straight to Intuit, whose page comes back to Odoo. */
    async reconnect(id) {
        this.action.doAction(await this.orm.call("qbo.connection", "action_connect", [[id]]));
    }
}

patch(WebClient, { components: { ...WebClient.components, QboBanner } });
