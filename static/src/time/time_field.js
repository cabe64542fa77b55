import { registry } from "@web/core/registry";
import { DateTimeField, dateTimeField } from "@web/views/fields/datetime/datetime_field";

const WIDTH = 190; // Odoo's own 146 and the name of a zone

/** A time with the name of its zone: QuickBooks, the company and whoever looks may each be in another one. */
export class QboTimeField extends DateTimeField {
    getFormattedValue(valueIndex, numeric) {
        const text = super.getFormattedValue(valueIndex, numeric);
        return text && `${text} ${this.values[valueIndex].offsetNameShort}`;
    }
}

registry.category("fields").add("qbo_time", {
    ...dateTimeField,
    component: QboTimeField,
    listViewWidth: WIDTH,
});
