import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

/** Hours in the unit that people would say: minutes, hours or days. */
export function sayHours(hours) {
    if (hours < 1) {
        return _t("%s min", Math.round(hours * 60));
    }
    if (hours < 48) {
        return _t("%s h", formatFloat(hours, { digits: [16, hours < 10 ? 1 : 0] }));
    }
    return _t("%s days", formatFloat(hours / 24, { digits: [16, hours < 240 ? 1 : 0] }));
}

/** Width of each bar and share of those who got there, of all and of the step before. */
export function layOutFunnel(data) {
    let before = data.begun;
    return data.steps.map((step) => {
        const item = {
            ...step,
            share: data.begun ? step.reached / data.begun : 0,
            kept: before ? step.reached / before : 0,
        };
        before = step.reached;
        return item;
    });
}
