import { _t } from "@web/core/l10n/translation";
import { formatPercentage } from "@web/views/fields/formatters";
import { formatValue } from "../wheel/drawing/wheel_format";

/**
 * An indicator of a period, as answered by `get_workbench`.
 * @typedef {Object} Item
 */

/**
 * @param {Item} item
 * @returns {string} where the item stands, in a word or two
 */
export function statusLabel({ status, has_target: hasTarget, has_value: hasValue }) {
    const labels = { on_track: _t("On track"), behind: _t("Behind"), at_risk: _t("At risk") };
    if (!hasValue) {
        return _t("Not measured yet");
    }
    return labels[status] ?? (hasTarget ? _t("Just begun") : _t("No target"));
}

/**
 * @param {number} fraction 1 is all of it
 * @returns {string} rounded down, so that only what is reached looks like it
 */
export function formatCompletion(fraction) {
    // the small part makes up for what binary numbers lack
    return formatPercentage(Math.floor(fraction * 100 + 1e-6) / 100, { digits: [16, 0] });
}

/**
 * @param {Item} item
 * @param {number} value
 * @param {number} currencyId of the company
 * @returns {string} the value with its unit or currency
 */
export function formatFigure(item, value, currencyId) {
    return formatValue({ ...item, currency_id: item.is_monetary ? currencyId : undefined }, value);
}

/**
 * What is estimated has one digit more than what is counted, unless that is a zero.
 *
 * @param {Item} item
 * @param {number} value
 * @param {number} currencyId of the company
 * @returns {string}
 */
export function formatEstimate(item, value, currencyId) {
    const isWhole = Number.isInteger(value * 10 ** item.decimals);
    const decimals = item.is_monetary || isWhole ? item.decimals : item.decimals + 1;
    return formatFigure({ ...item, decimals }, value, currencyId);
}

/**
 * @param {Item} item
 * @param {number} currencyId of the company
 * @returns {string} what is to be done today to be on pace this evening; "" where nothing is
 */
export function describeToday(item, currencyId) {
    if (!item.has_due_today || !(item.due_today > 0)) {
        return "";
    }
    // nobody sells a third of an order
    const step = 10 ** item.decimals;
    const due = Math.ceil(item.due_today * step - 1e-6) / step;
    return _t("%s more today to be on pace", formatFigure(item, due, currencyId));
}

/**
 * @param {Item} item
 * @returns {{fill: number, pace: number|null}|null} percentages of the bar, null where the target
 *  has no length
 */
export function barShape(item) {
    if (!item.has_value || !item.has_target || !(item.target > 0)) {
        return null;
    }
    const share = (value) => Math.min(100, Math.max(0, (100 * value) / item.target));
    return { fill: share(item.value), pace: item.has_pace ? share(item.pace) : null };
}

/**
 * @param {Item} item
 * @param {number} currencyId of the company
 * @returns {string} the item in words, for those who do not see its bar
 */
export function describeItem(item, currencyId) {
    const words = [
        item.has_value
            ? formatFigure(item, item.value, currencyId)
            : _t("no figure in this period yet"),
    ];
    if (item.has_target) {
        words.push(_t("target %s", formatFigure(item, item.target, currencyId)));
    }
    if (item.has_completion) {
        words.push(_t("%s reached", formatCompletion(item.completion)));
    }
    if (item.has_pace) {
        words.push(_t("pace %s", formatEstimate(item, item.pace, currencyId)));
    }
    words.push(statusLabel(item));
    return _t("%(name)s: %(description)s", { name: item.name, description: words.join(", ") });
}

/**
 * @param {{working_days: number, working_days_over: number, is_running: boolean}} period
 * @returns {string} how far the period has come
 */
export function describeDays({ working_days: total, working_days_over: over, is_running: isRunning }) {
    if (!isRunning) {
        return total === over ? _t("The period is over") : _t("The period is still to come");
    }
    return _t("%(over)s of %(total)s working days are over", { over, total });
}

/**
 * @param {Object[]} periods as answered by `get_workbench`
 * @param {string} [wanted] granularity that was chosen before
 * @returns {string} the granularity to show: the one chosen, else the first with a target
 */
export function pickGranularity(periods, wanted) {
    if (periods.some(({ granularity }) => granularity === wanted)) {
        return wanted;
    }
    const hasTarget = (granularity) =>
        periods
            .find((period) => period.granularity === granularity)
            ?.indicators.some((item) => item.has_target);
    return ["month", "week", "quarter", "year"].find(hasTarget) ?? "month";
}
