import { Component, onMounted, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

const MARGIN = { top: 16, right: 16, bottom: 40, left: 48 };

/**
 * Importance against performance, with intervals, in four quadrants. What is drawn stands in the
 * table beside it as well, which can be read and reached by the keyboard.
 */
export class KeyExperiencePicture extends Component {
    static template = "crm_experience.KeyExperiencePicture";
    static props = { run: Object, onSelect: Function };

    setup() {
        this.root = useRef("root");
        this.margin = MARGIN;
        this.state = useState({ width: 640 });
        onMounted(() => this.measure());
        useExternalListener(window, "resize", () => this.measure());
    }

    measure() {
        this.state.width = Math.max(280, Math.min(760, this.root.el?.clientWidth || 640));
    }

    get height() {
        return Math.round(Math.max(300, this.state.width * 0.62));
    }

    get ranked() {
        return this.props.run.effects.filter((effect) => effect.is_ranked);
    }

    /** Importance is in standard deviations; its interval is that of the effect on that scale. */
    getImportance(effect, value) {
        return (value * effect.importance) / effect.effect;
    }

    get bounds() {
        const { centre_performance: centreX, centre_importance: centreY } = this.props.run;
        const xs = this.ranked.flatMap((effect) => [
            effect.performance_low,
            effect.performance_high,
        ]);
        const ys = this.ranked.map((effect) => this.getImportance(effect, effect.effect_high));
        const reach = Math.max(1, ...xs.map((x) => Math.abs(x - centreX))) * 1.15;
        return {
            left: Math.max(0, centreX - reach),
            right: Math.min(10, centreX + reach),
            top: Math.max(2 * centreY, ...ys) * 1.08,
        };
    }

    x(value) {
        const { left, right } = this.bounds;
        const share = (Math.min(right, Math.max(left, value)) - left) / (right - left);
        return MARGIN.left + share * (this.state.width - MARGIN.left - MARGIN.right);
    }

    y(value) {
        const share = Math.min(1, Math.max(0, value / this.bounds.top));
        return this.height - MARGIN.bottom - share * (this.height - MARGIN.top - MARGIN.bottom);
    }

    get centre() {
        const { centre_performance: performance, centre_importance: importance } = this.props.run;
        return { x: this.x(performance), y: this.y(importance) };
    }

    get quadrants() {
        const { x, y } = this.centre;
        const right = this.state.width - MARGIN.right;
        const bottom = this.height - MARGIN.bottom;
        const area = (name, label, left, top, width, height) => ({
            ...{ name, label, left, top, width, height },
            textX: left === MARGIN.left ? left + 8 : left + width - 8,
            anchor: left === MARGIN.left ? "start" : "end",
            textY: top === MARGIN.top ? top + 18 : top + height - 10,
        });
        return [
            area("improve", _t("Improve first"), MARGIN.left, MARGIN.top, x - MARGIN.left, y - MARGIN.top),
            area("keep", _t("Keep it up"), x, MARGIN.top, right - x, y - MARGIN.top),
            area("low", _t("Low priority"), MARGIN.left, y, x - MARGIN.left, bottom - y),
            area("overkill", _t("More than needed"), x, y, right - x, bottom - y),
        ];
    }

    get points() {
        const half = this.state.width / 2;
        return this.ranked.map((effect) => {
            const x = this.x(effect.performance);
            return {
                ...effect,
                x,
                y: this.y(effect.importance),
                left: this.x(effect.performance_low),
                right: this.x(effect.performance_high),
                top: this.y(this.getImportance(effect, effect.effect_high)),
                bottom: this.y(this.getImportance(effect, effect.effect_low)),
                anchor: x > half ? "end" : "start",
                labelX: x > half ? x - 10 : x + 10,
            };
        });
    }

    get ticks() {
        const { left, right } = this.bounds;
        const step = right - left > 4 ? 2 : 1;
        const ticks = [];
        for (let value = Math.ceil(left); value <= right; value += step) {
            ticks.push({ x: this.x(value), text: formatFloat(value, { digits: [16, 0] }) });
        }
        return ticks;
    }
}
