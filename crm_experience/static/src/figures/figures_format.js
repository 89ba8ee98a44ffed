import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

const NO_BREAK_SPACE = "\u00a0";
const WHOLE = ["nps", "csat", "ces"];

/**
 * @param {string} metric
 * @param {number} value
 * @returns {string} the figure as people read it, with its unit
 */
export function formatFigure(metric, value) {
    const digits = [16, WHOLE.includes(metric) ? 0 : 2];
    let number = formatFloat(Math.abs(value), { digits });
    if (value < 0 && /[1-9]/.test(number)) {
        number = `−${number}`;
    }
    return metric === "csat" || metric === "ces" ? `${number}${NO_BREAK_SPACE}%` : number;
}

/**
 * @param {string} metric
 * @param {{value: number, low: number, high: number}} figure
 * @returns {string} the interval in words
 */
export function formatInterval(metric, { low, high }) {
    return _t("95 %: %(low)s to %(high)s", {
        low: formatFigure(metric, low),
        high: formatFigure(metric, high),
    });
}

/**
 * @param {number} count
 * @returns {string}
 */
export function formatCount(count) {
    return _t("%(count)s answers", { count: formatFloat(count, { digits: [16, 0] }) });
}

/**
 * Where figures stand on a scale, in percent of its length. Scales with both signs and nothing
 * near their ends are cut to what is there, always with the zero in sight.
 *
 * @param {{low: number, high: number}} ends of the scale
 * @param {Object[]} figures
 * @returns {{low: number, high: number, zero: number, place: function}}
 */
export function getScale({ low, high }, figures) {
    const shown = figures.filter((figure) => figure.has_figure);
    let [from, to] = [low, high];
    if (low < 0 && shown.length) {
        const reach = Math.max(
            ...shown.flatMap((figure) => [Math.abs(figure.low), Math.abs(figure.high)]),
            high / 10
        );
        to = Math.min(high, reach * 1.1);
        from = shown.some((figure) => figure.low < 0) ? Math.max(low, -to) : 0;
    }
    const place = (value) =>
        Math.min(100, Math.max(0, (100 * (value - from)) / (to - from || 1)));
    return { low: from, high: to, zero: place(Math.max(from, 0)), place };
}

/**
 * The shape of a bar from zero to a figure, and of its interval.
 *
 * @param {{place: function, zero: number}} scale
 * @param {{value: number, low: number, high: number}} figure
 * @returns {{bar: string, whisker: string}} styles
 */
export function getBar(scale, figure) {
    const end = scale.place(figure.value);
    const start = Math.min(scale.zero, end);
    const low = scale.place(figure.low);
    return {
        bar: `left: ${start}%; width: ${Math.abs(end - scale.zero)}%`,
        whisker: `left: ${low}%; width: ${scale.place(figure.high) - low}%`,
    };
}

/**
 * @param {Object[]} groups as answered by `get_figures`
 * @param {boolean} isTime
 * @returns {Object[]} best first; times as they come
 */
export function sortGroups(groups, isTime) {
    return isTime ? groups : [...groups].sort((one, other) => other.value - one.value);
}
