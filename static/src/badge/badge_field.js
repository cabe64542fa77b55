import { onMounted, onWillDestroy } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { BadgeField, badgeField } from "@web/views/fields/badge/badge_field";

/**
 * The state of a record in QuickBooks. It turns by itself when the server says so, and a click shows what happened
 * and what to do.
 */
export class QboBadgeField extends BadgeField {
    static template = "quickbooks_online.BadgeField";
    static props = { ...BadgeField.props, isLink: { type: Boolean, optional: true } };
    static defaultProps = { ...BadgeField.defaultProps, isLink: true };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        const bus = useService("bus_service");
        const onState = (payload) => this.onState(payload);
        bus.subscribe("quickbooks_online/state", onState);
        const state = useService("quickbooks_online.state");
        onMounted(() => {
            const { resModel, resId } = this.props.record;
            if (state.takeNews(resModel, resId)) {
                this.reload();
            }
        });
        onWillDestroy(() => bus.unsubscribe("quickbooks_online/state", onState));
    }

    async onState(payload) {
        const { record } = this.props;
        const ids = payload[record.resModel] || [];
        if (ids.includes(record.resId)) {
            await this.reload();
        }
    }

    /** Show the new state, unless that would throw away what the user is typing. */
    async reload() {
        const { record } = this.props;
        if (!(await record.isDirty())) {
            await record.load();
        }
    }

    /** What a screen reader says: which record, and how it stands. */
    get label() {
        const { data } = this.props.record;
        const name = data.display_name || data.name || "";
        return _t("%(name)s in QuickBooks: %(state)s", { name, state: this.formattedValue });
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
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...badgeField.extractProps(fieldInfo, dynamicInfo),
        isLink: fieldInfo.options.is_link ?? true,
    }),
});
