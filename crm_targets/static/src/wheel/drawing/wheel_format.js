import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { BANDS } from "./wheel_geometry";

const NO_BREAK_SPACE = "\u00a0";

/**
 * @param {number} share 1 is the whole
 * @returns {string} in whole percent
 */
export function formatShare(share) {
    return `${formatFloat(share * 100, { digits: [16, 0] })}%`;
}

/**
 * @param {string} band
 * @returns {string} the band in one word
 */
export function bandLabel(band) {
    return { good: _t("Good"), fair: _t("Fair"), poor: _t("Poor") }[band] ?? _t("No score");
}

/**
 * @param {number} score 0–10
 * @returns {string} with one decimal, rounded down so that no score looks like the band above it;
 *  "10" for the best
 */
export function formatScore(score) {
    // the small part makes up for what binary numbers lack
    const tenths = Math.floor(score * 10 + 1e-6);
    return formatFloat(tenths / 10, { digits: [16, tenths === 100 ? 0 : 1] });
}

/**
 * @param {{decimals: number, unit: string, currency_id: number|undefined}} indicator
 * @param {number} value
 * @returns {string} the value with its unit, in the notation of the user's language
 */
export function formatValue({ decimals, unit, currency_id: currencyId }, value) {
    const digits = [16, decimals];
    if (currencyId) {
        return formatCurrency(value, currencyId, { digits });
    }
    const number = formatFloat(value, { digits });
    if (!unit) {
        return number;
    }
    return unit === "%" ? `${number}%` : number + NO_BREAK_SPACE + unit;
}

/**
 * @param {Object} indicator as answered by `get_wheel`
 * @returns {string} value and target in a few characters, "" where there is no value
 */
export function formatDetail(indicator) {
    if (!indicator.has_value) {
        return "";
    }
    if (!indicator.has_target) {
        return formatValue(indicator, indicator.value);
    }
    // the unit once is enough, but a currency belongs to its number
    const value = formatValue({ ...indicator, unit: "" }, indicator.value);
    return _t("%(value)s of %(target)s", {
        value,
        target: formatValue(indicator, indicator.target),
    });
}

/**
 * A change in few characters and in words; the tone says whether it is for the better, which for
 * an indicator within a range cannot be told.
 *
 * @param {string} direction of the indicator
 * @param {number} sign of the change; 0 for none worth telling
 * @param {string} amount without its sign
 * @returns {{label: string, tone: string, words: string}}
 */
function describeChange(direction, sign, amount) {
    if (!sign) {
        return { label: `→ ${amount}`, tone: "same", words: _t("unchanged") };
    }
    const up = sign > 0;
    const judged = direction === "higher" || direction === "lower";
    const better = up === (direction === "higher");
    return {
        label: (up ? "↗ +" : "↘ −") + amount,
        tone: judged ? (better ? "better" : "worse") : "same",
        words: up ? _t("up %s", amount) : _t("down %s", amount),
    };
}

function describeShare(direction, share) {
    const sign = Math.abs(share) < 0.005 ? 0 : Math.sign(share);
    return describeChange(direction, sign, formatShare(Math.abs(share)));
}

/**
 * @param {Object} indicator as answered by `get_wheel`
 * @returns {{label: string, tone: string, words: string}|null} the change against the previous
 *  period
 */
export function describeTrend(indicator) {
    return indicator.has_trend ? describeShare(indicator.direction, indicator.trend) : null;
}

/**
 * @param {Object} indicator as answered by `get_wheel`
 * @returns {{label: string, tone: string, words: string}|null} the difference to what the wheel is
 *  compared with: relative, or absolute against a zero
 */
export function describeComparison(indicator) {
    const { has_value: hasValue, has_compare: hasCompare, direction } = indicator;
    if (!hasValue || !hasCompare) {
        return null;
    }
    const { value, compare_value: before } = indicator;
    if (before) {
        return describeShare(direction, (value - before) / Math.abs(before));
    }
    const amount = formatValue({ ...indicator, unit: "" }, Math.abs(value));
    return describeChange(direction, Math.sign(value), amount);
}

/**
 * @param {number} change of a score
 * @returns {{label: string, tone: string, words: string}}
 */
export function describeScoreChange(change) {
    const amount = formatFloat(Math.abs(change), { digits: [16, 1] });
    return describeChange("higher", Math.abs(change) < 0.05 ? 0 : Math.sign(change), amount);
}

/**
 * @param {Object} indicator as answered by `get_wheel`
 * @param {string} [compare] what the wheel is compared with
 * @returns {string} the indicator in words, for those who do not see the wheel
 */
export function describeIndicator(indicator, compare) {
    const words = [
        indicator.has_value
            ? _t("value %s", formatValue(indicator, indicator.value))
            : _t("no value in this period"),
        indicator.has_target
            ? _t("target %s", formatValue(indicator, indicator.target))
            : _t("no target"),
    ];
    if (indicator.has_score) {
        words.push(
            _t("score %(score)s of 10, %(band)s", {
                score: formatScore(indicator.score),
                band: bandLabel(indicator.band),
            })
        );
    }
    const trend = describeTrend(indicator);
    if (trend) {
        words.push(_t("%(change)s against the previous period", { change: trend.words }));
    }
    const comparison = compare && describeComparison(indicator);
    if (comparison) {
        words.push(_t("%(change)s against %(compare)s", { change: comparison.words, compare }));
    }
    return _t("%(name)s: %(description)s", { name: indicator.name, description: words.join(", ") });
}

/**
 * @returns {{band: string, label: string, range: string}[]} what the colours mean
 */
export function legendItems() {
    const [good, fair] = BANDS.map(({ from }) => formatScore(from));
    return [
        { band: "good", label: bandLabel("good"), range: _t("from %s", good) },
        { band: "fair", label: bandLabel("fair"), range: _t("from %s", fair) },
        { band: "poor", label: bandLabel("poor"), range: _t("below %s", fair) },
        { band: "none", label: bandLabel("none"), range: _t("no value or no target") },
    ];
}
