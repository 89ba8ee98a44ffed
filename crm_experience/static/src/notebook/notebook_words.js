import { _t } from "@web/core/l10n/translation";
import { deserializeDate, deserializeDateTime, formatDate } from "@web/core/l10n/dates";

export const ICONS = {
    met: "fa-handshake-o",
    last_talk: "fa-comments-o",
    cares: "fa-heart-o",
    dislikes: "fa-thumbs-o-down",
    temperament: "fa-smile-o",
    demographics: "fa-user-o",
    purpose: "fa-bullseye",
    product: "fa-mobile",
    competitor: "fa-flag-o",
    request: "fa-star-o",
    promise: "fa-check-square-o",
    other: "fa-sticky-note-o",
    birthday: "fa-birthday-cake",
    anniversary: "fa-calendar-o",
    first_purchase: "fa-shopping-bag",
    occasion: "fa-globe",
    meeting: "fa-calendar",
    activity: "fa-clock-o",
};

/** In which order one wants to know before a call: what is owed first. */
const ORDER = [
    "promise",
    "request",
    "last_talk",
    "dislikes",
    "cares",
    "temperament",
    "purpose",
    "product",
    "competitor",
    "demographics",
    "met",
    "other",
];

export function sortSections(sections) {
    return [...sections].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** @param {string} date of the server, with or without a time */
export function showDate(date) {
    return formatDate(date.length > 10 ? deserializeDateTime(date) : deserializeDate(date));
}

/** How many days from today on a day is, negative if it is over. */
export function countDays(date, today) {
    return Math.round(deserializeDate(date).diff(deserializeDate(today), "days").days);
}

export function showDays(days) {
    if (days === 0) {
        return _t("today");
    }
    if (days === 1) {
        return _t("tomorrow");
    }
    if (days === -1) {
        return _t("yesterday");
    }
    return days > 0 ? _t("in %(days)s days", { days }) : _t("%(days)s days ago", { days: -days });
}

/** When something is due that may be late already. */
export function showDue(days) {
    if (days === -1) {
        return _t("1 day late");
    }
    return days < 0 ? _t("%(days)s days late", { days: -days }) : showDays(days);
}

/** @param {number} days from today on @param {string} today @returns {string} for the server */
export function addDays(today, days) {
    return deserializeDate(today).plus({ days }).toISODate();
}
