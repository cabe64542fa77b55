import { Component } from "@odoo/owl";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { STATIC_ACTIONS_GROUP_NUMBER } from "@web/search/action_menus/action_menus";

/**
 * What can be done with the comparison as a whole, besides deciding: beside the title, so that the header has room.
 */
export class ComparisonMenu extends Component {
    static template = "quickbooks_online.ComparisonMenu";
    static components = { DropdownItem };
    static props = {};

    setup() {
        this.action = useService("action");
    }

    press(name, context = {}) {
        return this.action.doActionButton({
            type: "object",
            name,
            resModel: "qbo.match",
            resIds: [],
            context: { ...this.env.searchModel.globalContext, ...context },
        });
    }
}

registry.category("cogMenu").add(
    "quickbooks_online.comparison",
    {
        Component: ComparisonMenu,
        groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
        isDisplayed: (env) =>
            env.searchModel.resModel === "qbo.match" && ["list", "kanban"].includes(env.config.viewType),
    },
    { sequence: 5 }
);
