import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { mockDate, mockTimeZone } from "@odoo/hoot-mock";

import { allowTranslations } from "@web/../tests/web_test_helpers";

import {
    formatDay,
    getLevel,
    groupByDay,
    LEVELS,
    mergeItems,
    prepareItem,
    refreshItems,
} from "@crm_experience/timeline/timeline_items";

const { DateTime } = luxon;

describe.current.tags("headless");

beforeEach(() => allowTranslations());

function prepare(...dates) {
    return dates.map((date, index) => prepareItem({ id: 100 - index, date }));
}

function ids(items) {
    return items.map((item) => item.id);
}

test("days are those of the user's time zone", () => {
    mockTimeZone(8);
    const groups = groupByDay(
        prepare("2026-11-22 16:30:00", "2026-11-22 15:59:59", "2026-11-22 01:00:00")
    );
    expect(groups.map(({ day, items }) => [day, ids(items)])).toEqual([
        ["2026-11-23", [100]],
        ["2026-11-22", [99, 98]],
    ]);
});

test("a day that has not changed keeps its group", () => {
    const items = prepare("2026-11-22 10:00:00", "2026-11-21 10:00:00");
    const before = groupByDay(items);
    const later = prepareItem({ id: 200, date: "2026-11-22 11:00:00" });
    const after = groupByDay([later, ...items], before);
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
});

test("no contact, no day", () => {
    expect(groupByDay([])).toEqual([]);
});

test("headings name today, yesterday and other days", () => {
    mockDate("2026-11-22T10:00:00", 0);
    const heading = (date) => formatDay(DateTime.fromISO(date)).toString();
    expect(heading("2026-11-22T00:00:00")).toBe("Today");
    expect(heading("2026-11-21T23:59:59")).toBe("Yesterday");
    expect(heading("2026-11-20T12:00:00")).toBe("Friday, November 20");
    expect(heading("2025-11-22T12:00:00")).toBe("Saturday, November 22, 2025");
});

test("headings count days, not hours, when the clock changes", () => {
    const now = DateTime.fromISO("2026-10-26T00:30:00", { zone: "Europe/Brussels" });
    const at = DateTime.fromISO("2026-10-25T00:10:00", { zone: "Europe/Brussels" });
    expect(formatDay(at, now).toString()).toBe("Yesterday");
});

test("merging keeps one of each, newest first", () => {
    const [newest, middle, oldest] = prepare(
        "2026-11-22 10:00:00",
        "2026-11-21 10:00:00",
        "2026-11-21 10:00:00"
    );
    expect(ids(mergeItems([oldest, newest], [middle]))).toEqual([100, 99, 98]);
    const changed = { ...middle, summary: "changed" };
    expect(mergeItems([newest, middle], [changed])[1].summary).toBe("changed");
});

test("a refresh keeps what was scrolled to if the page reaches it", () => {
    const items = prepare(
        "2026-11-22 10:00:00",
        "2026-11-21 10:00:00",
        "2026-11-20 10:00:00",
        "2026-11-19 10:00:00"
    );
    const fresh = prepareItem({ id: 200, date: "2026-11-23 10:00:00" });
    // the second of the old entries has been deleted meanwhile
    const reached = refreshItems(items, [fresh, items[0], items[2]]);
    expect(ids(reached.items)).toEqual([200, 100, 98, 97]);
    expect(reached.joined).toBe(true);
    const missed = refreshItems(items, [fresh]);
    expect(ids(missed.items)).toEqual([200]);
    expect(missed.joined).toBe(false);
});

test("a refresh of an empty timeline shows the page", () => {
    const page = prepare("2026-11-22 10:00:00");
    expect(refreshItems([], page)).toEqual({ items: page, joined: false });
    expect(refreshItems(page, [])).toEqual({ items: [], joined: false });
});

test("each level has its face", () => {
    expect(LEVELS.map(getLevel)).toEqual([1, 2, 3, 4, 5]);
    expect(getLevel(-1)).toBe(1);
    expect(getLevel(12)).toBe(5);
});
