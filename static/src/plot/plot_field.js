import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { deserializeDate } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const STEPS = 5; // lines of the scale: no more than can be read

/**
 * Bars for each day: how many records were sent, imported and refused.
 *
 * Odoo's own dashboard_graph shows one series only. The value is JSON: `{days: [ISO date],
 * series: [{key, color: a Bootstrap color, values}]}`.
 */
export class QboPlotField extends Component {
    static template = "quickbooks_online.PlotField";
    static props = { ...standardFieldProps };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = this.draw();
                return () => chart?.destroy();
            },
            () => [this.props.record.data[this.props.name]]
        );
    }

    get plot() {
        return JSON.parse(this.props.record.data[this.props.name] || '{"days": [], "series": []}');
    }

    get isEmpty() {
        return this.plot.series.every((series) => series.values.every((value) => !value));
    }

    draw() {
        if (!this.canvas.el) {
            return;
        }
        const style = getComputedStyle(document.documentElement);
        const datasets = this.plot.series.map((series) => ({
            label: series.key,
            data: series.values,
            backgroundColor: style.getPropertyValue(`--${series.color}`) || undefined,
        }));
        const labels = this.plot.days.map((day) =>
            deserializeDate(day).toLocaleString({ day: "numeric", month: "short" })
        );
        return new Chart(this.canvas.el, { type: "bar", data: { labels, datasets }, options: this.options });
    }

    get options() {
        const isRtl = localization.direction === "rtl";
        return {
            animation: false,
            maintainAspectRatio: false,
            plugins: { legend: { position: "bottom", rtl: isRtl, labels: { boxWidth: 12 } }, tooltip: { rtl: isRtl } },
            interaction: { mode: "index", intersect: false },
            scales: {
                x: { stacked: true, reverse: isRtl, grid: { display: false }, ticks: { maxRotation: 0 } },
                y: {
                    stacked: true,
                    position: isRtl ? "right" : "left",
                    ticks: { precision: 0, maxTicksLimit: STEPS },
                },
            },
        };
    }
}

registry.category("fields").add("qbo_plot", { component: QboPlotField, supportedTypes: ["text"] });
