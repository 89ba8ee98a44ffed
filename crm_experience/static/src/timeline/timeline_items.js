import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/**
 * @typedef {Object} TimelineItem one contact as `crm.touchpoint.get_timeline` answers it
 * @property {number} id
 * @property {string} date server format, UTC
 */

/**
 * A contact as the timeline keeps it: its moment is parsed once, in the user's time zone,
 * so that drawing thousands of them again costs nothing.
 *
 * @param {TimelineItem} item
 */
export function prepareItem(item) {
    const at = deserializeDateTime(item.date);
    return { ...item, at, day: at.toISODate() };
}

/** Newest first; of the same second, the one written last first. */
function compareItems(a, b) {
    if (a.date !== b.date) {
        return a.date < b.date ? 1 : -1;
    }
    return b.id - a.id;
}

/**
 * Joins two lists of prepared items. An item of `incoming` replaces the same one in `current`.
 *
 * @returns {Object[]} a new list, newest first
 */
export function mergeItems(current, incoming) {
    const fresh = new Set(incoming.map((item) => item.id));
    return [...current.filter((item) => !fresh.has(item.id)), ...incoming].sort(compareItems);
}

/**
 * What is shown after the newest page was read again. Older entries already scrolled to stay, if
 * the page still reaches them; otherwise the page stands alone, so that no hole can appear.
 */
export function refreshItems(current, page) {
    const known = new Set(current.map((item) => item.id));
    if (!page.some((item) => known.has(item.id))) {
        return { items: page, joined: false };
    }
    const oldest = page.at(-1);
    const older = current.filter((item) => compareItems(item, oldest) > 0);
    return { items: [...page, ...older], joined: older.length > 0 };
}

/**
 * @param {Object[]} items prepared items, newest first
 * @param {Object[]} [previous] an earlier answer: a day with the same items keeps its group
 * @returns {{day: string, at: DateTime, items: Object[]}[]} one group a day, order kept
 */
export function groupByDay(items, previous = []) {
    const groups = [];
    for (const item of items) {
        const last = groups.at(-1);
        if (last?.day === item.day) {
            last.items.push(item);
        } else {
            groups.push({ day: item.day, at: item.at, items: [item] });
        }
    }
    const known = new Map(previous.map((group) => [group.day, group]));
    return groups.map((group) => {
        const same = known.get(group.day);
        const isSame =
            same?.items.length === group.items.length &&
            same.items.every((item, index) => item === group.items[index]);
        return isSame ? same : group;
    });
}

/**
 * The heading of a day in the user's language; the year only where it is not this one.
 *
 * @param {DateTime} at any moment of the day, in the user's time zone
 * @param {DateTime} [now]
 */
export function formatDay(at, now = DateTime.local()) {
    const daysAgo = now.startOf("day").diff(at.startOf("day"), "days").days;
    if (daysAgo === 0) {
        return _t("Today");
    }
    if (daysAgo === -1) {
        return _t("Tomorrow");
    }
    if (daysAgo === 1) {
        return _t("Yesterday");
    }
    const format = { weekday: "long", day: "numeric", month: "long" };
    if (at.year !== now.year) {
        format.year = "numeric";
    }
    return at.toLocaleString(format);
}

/** Five faces on the 0–10 scale of expectation and experience, the worst first. */
export const LEVELS = [0, 2.5, 5, 7.5, 10];
export const NEUTRAL = 5;

/** @returns {number} 1 to 5: the face that stands for a value between 0 and 10 */
export function getLevel(value) {
    return Math.min(5, Math.max(1, Math.round(value / 2.5) + 1));
}
