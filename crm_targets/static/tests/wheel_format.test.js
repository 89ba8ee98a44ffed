import { describe, expect, test } from "@odoo/hoot";
import { makeMockEnv, patchWithCleanup, serverState } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";

import {
    describeComparison,
    describeIndicator,
    describeScoreChange,
    describeTrend,
    formatDetail,
    formatScore,
    formatValue,
} from "@crm_targets/wheel/drawing/wheel_format";

describe.current.tags("headless");

const trend = (direction, change) =>
    describeTrend({ has_trend: true, direction, trend: change })?.tone;

test("scores have one decimal, never that of the band above; the best has none", async () => {
    await makeMockEnv();
    const texts = [0, 3.2999, 3.3, 6.5999, 6.6, 9.96, 10].map(formatScore);
    expect(texts).toEqual(["0.0", "3.2", "3.3", "6.5", "6.6", "9.9", "10"]);
});

test("values carry their unit in the notation of the user's language", async () => {
    await makeMockEnv();
    patchWithCleanup(localization, { decimalPoint: ",", thousandsSep: "." });
    expect(formatValue({ decimals: 1, unit: "days" }, 1234.56)).toBe("1.234,6\u00a0days");
    expect(formatValue({ decimals: 0, unit: "%" }, 12.4)).toBe("12%");
    expect(formatValue({ decimals: 0, unit: "" }, 7)).toBe("7");
});

test("money stands as its currency is written", async () => {
    serverState.currencies = [{ id: 1, name: "USD", position: "before", symbol: "$" }];
    await makeMockEnv();
    const money = { decimals: 0, unit: "$", currency_id: 1, has_value: true, value: 2796 };
    expect(formatValue(money, 2796)).toBe("$\u00a02,796");
    expect(formatDetail({ ...money, has_target: true, target: 2600 })).toBe(
        "$\u00a02,796 of $\u00a02,600"
    );
});

test("zero is a value, nothing is not", async () => {
    await makeMockEnv();
    const zero = { name: "Orders", decimals: 0, unit: "", has_value: true, value: 0 };
    expect(formatDetail(zero)).toBe("0");
    expect(describeIndicator(zero)).toBe("Orders: value 0, no target");
    const nothing = { name: "Orders", decimals: 0, unit: "", has_value: false };
    expect(formatDetail(nothing)).toBe("");
    expect(describeIndicator(nothing)).toBe("Orders: no value in this period, no target");
});

test("whether a change is for the better depends on the direction", () => {
    expect(trend("higher", 0.2)).toBe("better");
    expect(trend("higher", -0.2)).toBe("worse");
    expect(trend("lower", 0.2)).toBe("worse");
    expect(trend("lower", -0.2)).toBe("better");
    expect(trend("range", 0.2)).toBe("same");
    expect(trend("higher", 0.001)).toBe("same");
    expect(describeTrend({ has_trend: false })).toBe(null);
});

test("a comparison is relative, or absolute against zero; against nothing there is none", async () => {
    await makeMockEnv();
    const compare = (value, before, direction = "higher") =>
        describeComparison({
            ...{ direction, decimals: 0, unit: "orders", has_value: true, value },
            ...(before === undefined
                ? { has_compare: false }
                : { has_compare: true, compare_value: before }),
        });
    expect(compare(12, 10)).toMatchObject({ label: "↗ +20%", tone: "better" });
    expect(compare(8, 10, "lower")).toMatchObject({ label: "↘ −20%", tone: "better" });
    expect(compare(5, -10)).toMatchObject({ label: "↗ +150%", tone: "better" });
    expect(compare(14, 0)).toMatchObject({ label: "↗ +14", tone: "better" });
    expect(compare(0, 0)).toMatchObject({ label: "→ 0", tone: "same" });
    expect(compare(12)).toBe(null);
    expect(describeComparison({ has_value: false, has_compare: true })).toBe(null);
});

test("scores change by tenths", async () => {
    await makeMockEnv();
    expect(describeScoreChange(1.26)).toMatchObject({ label: "↗ +1.3", tone: "better" });
    expect(describeScoreChange(-0.5)).toMatchObject({ label: "↘ −0.5", tone: "worse" });
    expect(describeScoreChange(0.04)).toMatchObject({ label: "→ 0.0", tone: "same" });
});
