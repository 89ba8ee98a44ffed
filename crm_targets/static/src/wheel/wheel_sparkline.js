import { Component } from "@odoo/owl";
import { round } from "./drawing/wheel_paths";

/**
 * @param {number[]} values oldest first
 * @param {number} width
 * @param {number} height
 * @param {number} [target] drawn as a level line and kept in view
 * @returns {{line: string, area: string, end: [number, number], level: number|undefined}|null}
 *  null for fewer than two values: one point is no line
 */
export function sparkline(values, width, height, target) {
    if (values.length < 2) {
        return null;
    }
    const all = target === undefined ? values : [...values, target];
    const low = Math.min(...all);
    const range = Math.max(...all) - low;
    const margin = 3;
    const toY = (value) =>
        round(
            range ? height - margin - ((value - low) / range) * (height - 2 * margin) : height / 2
        );
    const step = (width - 2 * margin) / (values.length - 1);
    const points = values.map((value, index) => [round(margin + index * step), toY(value)]);
    const line = "M" + points.map((point) => point.join(" ")).join("L");
    return {
        line,
        area: `${line}L${points.at(-1)[0]} ${height}L${points[0][0]} ${height}Z`,
        end: points.at(-1),
        level: target === undefined ? undefined : toY(target),
    };
}

/** The recent history of an indicator as a small line; decoration, the figures stand beside it. */
export class WheelSparkline extends Component {
    static template = "crm_targets.WheelSparkline";
    static props = {
        indicator: Object,
        width: Number,
        height: Number,
        target: { type: Boolean, optional: true },
    };

    getShape() {
        const { indicator, width, height, target } = this.props;
        const values = indicator.history.map(({ value }) => value);
        const level = target && indicator.has_target ? indicator.target : undefined;
        return sparkline(values, width, height, level);
    }
}
