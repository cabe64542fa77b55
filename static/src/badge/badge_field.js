import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { BadgeField, badgeField } from "@web/views/fields/badge/badge_field";

/** The state of a record in QuickBooks; a click shows what happened and what to do. */
export class QboBadgeField extends BadgeField {
    static template = "quickbooks_online.BadgeField";

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    async onClick() {
        const { record } = this.props;
        const action = await this.orm.call(record.resModel, "action_qbo_details", [[record.resId]]);
        await this.action.doAction(action, { onClose: () => record.load() });
    }
}

registry.category("fields").add("qbo_badge", {
    ...badgeField,
    component: QboBadgeField,
    supportedTypes: ["selection"],
    fieldDependencies: [{ name: "qbo_error", type: "char" }],
});
