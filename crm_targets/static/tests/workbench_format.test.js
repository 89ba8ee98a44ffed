import { expect, describe, test } from "@odoo/hoot";
import { makeMockEnv, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { currencies } from "@web/core/currency";
import {
    barShape,
    describeDays,
    describeItem,
    describeToday,
    formatCompletion,
    formatEstimate,
    pickGranularity,
    statusLabel,
} from "@crm_targets/workbench/workbench_format";

describe.current.tags("headless");

const ORDERS = {
    name: "Orders",
    unit: "orders",
    decimals: 0,
    is_monetary: false,
    direction: "higher",
    has_target: true,
    target: 20,
    has_value: true,
    value: 6,
    has_completion: true,
    completion: 0.3,
    has_pace: true,
    pace: 10,
    has_due_today: true,
    due_today: 4.2,
    status: "at_risk",
};

test("a status is said in words, also where there is none", async () => {
    await makeMockEnv();
    expect(statusLabel(ORDERS)).toBe("At risk");
    expect(statusLabel({ ...ORDERS, status: "" })).toBe("Just begun");
    expect(statusLabel({ ...ORDERS, has_value: false })).toBe("Not measured yet");
    expect(statusLabel({ ...ORDERS, status: "", has_target: false })).toBe("No target");
});

test("only what is reached looks like it", async () => {
    await makeMockEnv();
    const texts = [0, 0.29, 0.996, 0.9999999999, 1, 1.234].map(formatCompletion);
    expect(texts).toEqual(["0%", "29%", "99%", "100%", "100%", "123%"]);
});

test("estimates have a digit more than what is counted, money has not", async () => {
    await makeMockEnv();
    patchWithCleanup(currencies, { 7: { symbol: "€", position: "after", digits: [69, 2] } });
    expect(formatEstimate(ORDERS, 4.3, 7)).toBe("4.3\u00a0orders");
    expect(formatEstimate(ORDERS, 4, 7)).toBe("4\u00a0orders");
    expect(formatEstimate({ ...ORDERS, is_monetary: true }, 1234, 7)).toBe("1,234\u00a0€");
});

test("what is due today is whole, and nothing where nothing is due", async () => {
    await makeMockEnv();
    expect(describeToday(ORDERS, 7)).toBe("5\u00a0orders more today to be on pace");
    expect(describeToday({ ...ORDERS, due_today: 5 }, 7)).toBe(
        "5\u00a0orders more today to be on pace"
    );
    expect(describeToday({ ...ORDERS, due_today: 0 }, 7)).toBe("");
    expect(describeToday({ ...ORDERS, has_due_today: false }, 7)).toBe("");
});

test("the bar stays within its length and has a mark for the pace", () => {
    expect(barShape(ORDERS)).toEqual({ fill: 30, pace: 50 });
    expect(barShape({ ...ORDERS, value: 90, has_pace: false })).toEqual({ fill: 100, pace: null });
    expect(barShape({ ...ORDERS, value: -3 }).fill).toBe(0);
    for (const nothing of [{ target: 0 }, { target: -5 }, { has_value: false }, { has_target: false }]) {
        expect(barShape({ ...ORDERS, ...nothing })).toBe(null);
    }
});

test("an item is told in one sentence", async () => {
    await makeMockEnv();
    expect(describeItem(ORDERS, 7)).toBe(
        "Orders: 6\u00a0orders, target 20\u00a0orders, 30% reached, pace 10\u00a0orders, At risk"
    );
});

test("how far the period has come", async () => {
    await makeMockEnv();
    const days = (total, over, isRunning) =>
        describeDays({ working_days: total, working_days_over: over, is_running: isRunning });
    expect(days(21, 15, true)).toBe("15 of 21 working days are over");
    expect(days(21, 21, false)).toBe("The period is over");
    expect(days(21, 0, false)).toBe("The period is still to come");
});

test("the period shown is the one chosen before, else one with a target", () => {
    const periods = ["week", "month", "quarter", "year"].map((granularity) => ({
        granularity,
        indicators: [{ has_target: ["week", "year"].includes(granularity) }],
    }));
    expect(pickGranularity(periods, "quarter")).toBe("quarter");
    expect(pickGranularity(periods, "fortnight")).toBe("week");
    expect(pickGranularity([], null)).toBe("month");
});
