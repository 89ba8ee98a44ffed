import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatValue } from "./drawing/wheel_format";
import { round } from "./drawing/wheel_paths";

export const TREND_WIDTH = 520;
export const TREND_HEIGHT = 170;
const MARGIN = { top: 10, right: 10, bottom: 8, left: 10 };

/**
 * Lines through values that may be missing: a gap is a gap, not a zero.
 *
 * @param {(number|undefined)[]} values
 * @param {(index: number) => number} toX
 * @param {(value: number) => number} toY
 * @returns {string} an SVG path; "" where there is no value
 */
export function brokenLine(values, toX, toY) {
    let pen = "M";
    return values
        .map((value, index) => {
            if (value === undefined) {
                pen = "M";
                return "";
            }
            const point = `${pen}${toX(index)} ${toY(value)}`;
            pen = "L";
            return point;
        })
        .join("");
}

/**
 * @param {{value: number, has_target: boolean, target: number|undefined}[]} history oldest first
 * @returns {{line: string, target: string, dots: [number, number][], low: number, high: number}|null}
 *  null for fewer than two values
 */
export function trendShape(history) {
    if (history.length < 2) {
        return null;
    }
    const values = history.map(({ value }) => value);
    const targets = history.map((item) => (item.has_target ? item.target : undefined));
    const all = [...values, ...targets.filter((target) => target !== undefined)];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const width = TREND_WIDTH - MARGIN.left - MARGIN.right;
    const height = TREND_HEIGHT - MARGIN.top - MARGIN.bottom;
    const toX = (index) => round(MARGIN.left + (index * width) / (history.length - 1));
    const toY = (value) =>
        round(
            MARGIN.top +
                (high === low ? height / 2 : height - ((value - low) / (high - low)) * height)
        );
    return {
        line: brokenLine(values, toX, toY),
        target: brokenLine(targets, toX, toY),
        dots: values.map((value, index) => [toX(index), toY(value)]),
        low,
        high,
    };
}

/** How an indicator went, period by period, with its goal as a dashed line. */
export class WheelTrend extends Component {
    static template = "crm_targets.WheelTrend";
    static props = { indicator: Object, history: Array };

    setup() {
        this.viewBox = `0 0 ${TREND_WIDTH} ${TREND_HEIGHT}`;
    }

    get shape() {
        return trendShape(this.props.history);
    }

    format(value) {
        return formatValue(this.props.indicator, value);
    }

    describe(item) {
        return item.has_target
            ? _t("%(period)s: %(value)s, target %(target)s", {
                  period: item.label,
                  value: this.format(item.value),
                  target: this.format(item.target),
              })
            : _t("%(period)s: %(value)s", { period: item.label, value: this.format(item.value) });
    }

    get title() {
        const { history } = this.props;
        return _t("%(first)s to %(last)s: from %(before)s to %(now)s", {
            first: history[0].label,
            last: history.at(-1).label,
            before: this.format(history[0].value),
            now: this.format(history.at(-1).value),
        });
    }
}
