import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import {
    hover,
    press,
    queryAll,
    queryAllAttributes,
    queryAllTexts,
    queryFirst,
} from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    models,
    mountWebClient,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Scorecard extends models.Model {
    _name = "crm.scorecard";

    name = fields.Char();

    _records = [
        { id: 5, name: "Harbour Street" },
        { id: 6, name: "Station Road" },
    ];
    _views = {
        form: `<form><field name="name"/></form>`,
        list: `<list><field name="name"/></list>`,
    };
}

defineModels([Scorecard]);
defineMailModels();

const SEGMENT = ".o_crm_targets_wheel_segment";
const MEASURED = {
    line_id: 1,
    indicator_id: 11,
    code: "orders",
    name: "Orders",
    description: "Confirmed orders",
    unit: "orders",
    decimals: 0,
    direction: "higher",
    weight: 60,
    has_value: true,
    value: 1200,
    has_target: true,
    target: 1500,
    red_flag: 800,
    has_score: true,
    score: 5.1,
    band: "fair",
    has_trend: true,
    previous_value: 1000,
    trend: 0.2,
    history: [
        { date_from: "2026-11-09", label: "W46", value: 1000 },
        { date_from: "2026-11-16", label: "W47", value: 1200 },
    ],
    error: "",
};
const MISSING = {
    line_id: 2,
    indicator_id: 12,
    code: "complaints",
    name: "Complaints",
    description: "",
    unit: "",
    decimals: 0,
    direction: "lower",
    weight: 40,
    has_value: false,
    has_target: false,
    has_score: false,
    band: "none",
    has_trend: false,
    history: [],
    error: "",
};

function makeWheel(indicators, scorecard = {}) {
    const scored = indicators.some((indicator) => indicator.has_score);
    const score = scored
        ? { has_score: true, score: 5.1, band: "fair" }
        : { has_score: false, band: "none" };
    return {
        scorecard: {
            id: 5,
            name: "Harbour Street",
            unit_name: "Harbour Street",
            date: "2026-11-18",
            period_label: "Week 47, 2026",
            date_from: "2026-11-16",
            date_to: "2026-11-22",
            ...scorecard,
        },
        ...score,
        perspectives: [
            { id: 1, code: "customers", name: "Customers", weight: 25, ...score, indicators },
        ],
    };
}

/** Open the wheel; every call of `get_wheel` is answered in turn by `wheels`, the last one again. */
async function openWheel(wheels, { admin = false, context = {} } = {}) {
    mockDate("2026-11-18 12:00:00");
    const answers = [...wheels];
    onRpc("has_group", () => admin);
    onRpc("crm.scorecard", "get_wheel", ({ args }) => {
        expect.step(`wheel ${args.join(" ")}`);
        return answers.length > 1 ? answers.shift() : answers[0];
    });
    await mountWebClient();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_targets.wheel",
        context,
    });
    await animationFrame();
}

test("shows the first scorecard with a segment for each indicator, in words too", async () => {
    await openWheel([makeWheel([MEASURED, MISSING])]);
    expect.verifySteps(["wheel 5"]);
    expect(queryAllAttributes(SEGMENT, "aria-label")).toEqual([
        "Orders: value 1,200\u00a0orders, target 1,500\u00a0orders, score 5.1 of 10, Fair, up 20% against the previous period",
        "Complaints: no value in this period, no target",
    ]);
    expect(queryAllAttributes(SEGMENT, "data-band")).toEqual(["fair", "none"]);
    expect(".o_crm_targets_wheel_hub text:first").toHaveText("5.1");
    expect(".o_crm_targets_wheel_row:first").toHaveText(
        /Orders\s*1,200 of 1,500\sorders\s*↗ \+20%/
    );
});

test("missing data is hatched, has no bar and no number", async () => {
    await openWheel([makeWheel([MEASURED, MISSING])]);
    expect.verifySteps(["wheel 5"]);
    const segment = `${SEGMENT}[data-code='complaints']`;
    expect(`${segment} .o_crm_targets_wheel_fill`).toHaveCount(0);
    expect(queryFirst(`${segment} path`).getAttribute("fill")).toMatch(/^url\(#/);
    expect(
        `.o_crm_targets_wheel_row[data-code='complaints'] .o_crm_targets_wheel_score`
    ).toHaveText("–");
});

test("opens the scorecard it was called from, and others from there", async () => {
    await openWheel([makeWheel([MEASURED])], { context: { active_id: 6 } });
    expect.verifySteps(["wheel 6"]);
    expect(".o_crm_targets_wheel_selector input").toHaveValue("Station Road");
    await contains(".o_crm_targets_wheel_selector input").click();
    await contains(".o-autocomplete--dropdown-item:contains(Harbour Street)").click();
    expect.verifySteps(["wheel 5"]);
    expect(".o_crm_targets_wheel_selector input").toHaveValue("Harbour Street");
});

test("steps from period to period, not beyond the current one", async () => {
    const earlier = { date: "2026-11-15", date_from: "2026-11-09", date_to: "2026-11-15" };
    await openWheel([makeWheel([MEASURED]), makeWheel([MEASURED], earlier), makeWheel([MEASURED])]);
    expect(".o_crm_targets_wheel_next").not.toBeEnabled();
    await contains(".o_crm_targets_wheel_previous").click();
    expect(".o_crm_targets_wheel_next").toBeEnabled();
    await contains(".o_crm_targets_wheel_next").click();
    expect.verifySteps(["wheel 5", "wheel 5 2026-11-15", "wheel 5 2026-11-16"]);
});

test("pointing at a segment shows a card with its figures", async () => {
    await openWheel([makeWheel([MEASURED, MISSING])]);
    expect.verifySteps(["wheel 5"]);
    await hover(`${SEGMENT}[data-code='orders'] .o_crm_targets_wheel_hit`);
    await animationFrame();
    const figures = queryAllTexts(".o_crm_targets_wheel_card dd");
    expect(figures.slice(0, 2)).toEqual(["1,200 orders", "1,500 orders"]);
    expect(figures[2]).toMatch(/^1,000\sorders\s*↗ \+20%$/);
    expect(".o_crm_targets_wheel_row.o_crm_targets_wheel_active").toHaveCount(1);
    await hover(".o_crm_targets_wheel_header");
    await animationFrame();
    expect(".o_crm_targets_wheel_card").toHaveCount(0);
});

test("arrows move along the segments, Enter opens the records", async () => {
    onRpc("crm.scorecard", "get_records_action", ({ args }) => {
        expect.step(`records ${args.join(" ")}`);
        return { action: false, visible_count: 0, total_count: 0 };
    });
    await openWheel([makeWheel([MEASURED, MISSING])]);
    expect(queryAllAttributes(SEGMENT, "tabindex")).toEqual(["0", "-1"]);
    queryFirst(SEGMENT).focus();
    await press("ArrowRight");
    await animationFrame();
    expect(queryAll(SEGMENT)[1]).toBeFocused();
    expect(queryAllAttributes(SEGMENT, "tabindex")).toEqual(["-1", "0"]);
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["wheel 5", "records 2"]);
    expect(".o_notification").toHaveText(/There are no records behind “Complaints”/);
});

test("a click opens the records and says how many of them one may see", async () => {
    onRpc("crm.scorecard", "get_records_action", () => ({
        action: {
            type: "ir.actions.act_window",
            res_model: "crm.scorecard",
            views: [[false, "list"]],
        },
        visible_count: 12,
        total_count: 40,
    }));
    await openWheel([makeWheel([MEASURED])]);
    expect.verifySteps(["wheel 5"]);
    await contains(SEGMENT).click();
    expect(".o_list_view").toHaveCount(1);
    expect(".o_notification").toHaveText("You may see 12 of 40 records.");
});

test("records that one may not see at all are counted, not opened", async () => {
    onRpc("crm.scorecard", "get_records_action", () => ({
        action: false,
        visible_count: 0,
        total_count: 40,
    }));
    await openWheel([makeWheel([MEASURED])]);
    expect.verifySteps(["wheel 5"]);
    await contains(SEGMENT).click();
    expect(".o_notification").toHaveText("You may see 0 of 40 records.");
    expect(SEGMENT).toHaveCount(1);
});

test("without a scorecard, the administrator is led to create one", async () => {
    Scorecard._records = [];
    await openWheel([], { admin: true });
    expect(".o_nocontent_help").toHaveText(/No scorecard yet/);
    expect(".o_nocontent_help button").toHaveText("Create a scorecard");
});

test("without a scorecard, others are told whom to ask", async () => {
    Scorecard._records = [];
    await openWheel([]);
    expect(".o_nocontent_help").toHaveText(/Ask your administrator/);
    expect(".o_nocontent_help button").toHaveCount(0);
});

test("without indicators, it leads to the scorecard", async () => {
    await openWheel([makeWheel([])]);
    await contains(".o_nocontent_help button").click();
    expect(".o_form_view .o_field_widget[name=name] input").toHaveValue("Harbour Street");
    expect.verifySteps(["wheel 5"]);
});

test("without values, the administrator measures and sees the result", async () => {
    onRpc("crm.indicator", "refresh", () => {
        expect.step("refresh");
        return {};
    });
    await openWheel([makeWheel([MISSING]), makeWheel([MEASURED])], { admin: true });
    await contains(".o_crm_targets_wheel_hint button").click();
    expect(".o_crm_targets_wheel_hint").toHaveCount(0);
    expect.verifySteps(["wheel 5", "refresh", "wheel 5"]);
});

test("without values, others are told when there will be some", async () => {
    await openWheel([makeWheel([MISSING])]);
    expect(".o_crm_targets_wheel_hint").toHaveText(/measured every night/);
    expect(".o_crm_targets_wheel_hint button").toHaveCount(0);
    expect.verifySteps(["wheel 5"]);
});

test("a refusal of the server is shown with a way to try again", async () => {
    let refuse = true;
    onRpc("has_group", () => false);
    onRpc("crm.scorecard", "get_wheel", () => {
        if (refuse) {
            throw makeServerError({ message: "You may not see this scorecard." });
        }
        return makeWheel([MEASURED]);
    });
    await mountWebClient();
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_targets.wheel" });
    await animationFrame();
    expect(".o_nocontent_help").toHaveText(/You may not see this scorecard\./);
    refuse = false;
    await contains(".o_nocontent_help button").click();
    expect(SEGMENT).toHaveCount(1);
});
