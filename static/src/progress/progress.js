import { Component, onWillDestroy, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const EVERY_MS = 2000;
const MOVING = ["running", "undoing", "reading"];

/**
 * A bar for each kind of a first run, which moves by itself.
 *
 * It asks the server, where the run goes on whether a page is open or not, so it is right after a reload too.
 */
export class QboProgress extends Component {
    static template = "quickbooks_online.Progress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ kinds: [], state: "none", rate: 0, minutes_left: false });
        onWillStart(() => this.ask(this.props.record));
        onWillUpdateProps((next) => this.ask(next.record));
        onWillDestroy(() => this.stop());
    }

    stop() {
        browser.clearTimeout(this.timer);
        this.isGone = true;
    }

    async ask(record) {
        browser.clearTimeout(this.timer);
        const before = this.state.state;
        Object.assign(this.state, await this.orm.silent.call("qbo.setup", "progress", [[record.resId]]));
        if (this.isGone) {
            return;
        }
        if (MOVING.includes(this.state.state)) {
            this.timer = browser.setTimeout(() => this.ask(this.props.record), EVERY_MS);
        } else if (MOVING.includes(before)) {
            await record.load();
        }
    }

    percent(kind, number) {
        return kind.total ? Math.round((100 * number) / kind.total) : 0;
    }

    numbers(kind) {
        if (!kind.total && this.state.state === "reading") {
            return kind.done ? _t("%s read", kind.done) : "";
        }
        const parts = [_t("%(done)s of %(total)s", kind)];
        if (kind.failed) {
            parts.push(this.isUndo ? _t("left: %s", kind.failed) : _t("to decide: %s", kind.failed));
        }
        if (kind.held) {
            parts.push(_t("waiting: %s", kind.held));
        }
        return parts.join(", ");
    }

    get isUndo() {
        return ["undoing", "undone"].includes(this.state.state);
    }

    get pace() {
        if (this.state.minutes_left === false) {
            return "";
        }
        if (this.state.minutes_left < 1) {
            return _t("Records a minute: %s. Less than a minute left.", this.state.rate);
        }
        const minutes = Math.ceil(this.state.minutes_left);
        return _t("Records a minute: %(rate)s. Minutes left: about %(minutes)s.", {
            rate: this.state.rate,
            minutes,
        });
    }
}

registry.category("view_widgets").add("qbo_progress", { component: QboProgress });
