import { describe, expect, test } from "@odoo/hoot";
import { makeMockEnv, patchWithCleanup, serverState } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";

import {
    describeIndicator,
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
