import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
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

import { MEASURED, MISSING, makeWheel } from "@crm_targets/../tests/wheel_samples";

describe.current.tags("desktop");

beforeEach(() => {
    // nothing below, unless a test says otherwise
    onRpc("crm.scorecard", "get_below", () => ({ has_score: false, band: "none", scorecards: [] }));
});

class Scorecard extends models.Model {
    _name = "crm.scorecard";

    name = fields.Char();
    poster_url = fields.Char();

    _records = [
        { id: 5, name: "Harbour Street" },
        { id: 6, name: "Station Road", poster_url: "/targets/poster/token" },
    ];
    _views = {
        form: `<form><field name="name"/></form>`,
        list: `<list><field name="name"/></list>`,
    };
}

defineModels([Scorecard]);
defineMailModels();

const SEGMENT = ".o_crm_targets_wheel_segment";
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

test("arrows move along the segments, Enter opens and Escape closes", async () => {
    onRpc("crm.scorecard", "get_history", () => ({ periods: 26, history: [] }));
    await openWheel([makeWheel([MEASURED, MISSING])]);
    expect(queryAllAttributes(SEGMENT, "tabindex")).toEqual(["0", "-1"]);
    queryFirst(SEGMENT).focus();
    await press("ArrowRight");
    await animationFrame();
    expect(queryAll(SEGMENT)[1]).toBeFocused();
    expect(queryAllAttributes(SEGMENT, "tabindex")).toEqual(["-1", "0"]);
    await press("Enter");
    await animationFrame();
    expect(".o_dialog .modal-title").toHaveText("Complaints");
    await press("Escape");
    await animationFrame();
    expect(".o_dialog").toHaveCount(0);
    expect(queryAll(SEGMENT)[1]).toBeFocused();
    expect.verifySteps(["wheel 5"]);
});

/** Open the dialog of the first indicator. */
async function openDetail(indicator = MEASURED) {
    onRpc("crm.scorecard", "get_history", ({ args }) => {
        expect.step(`history ${args.join(" ")}`);
        return { periods: args[2], history: [] };
    });
    await openWheel([makeWheel([indicator])]);
    await contains(SEGMENT).click();
    expect.verifySteps(["wheel 5", "history 1 2026-11-18 26"]);
}

test("the trend is as long as one likes", async () => {
    await openDetail();
    await contains(".o_dialog button:contains(52 weeks)").click();
    expect(".o_dialog button[aria-pressed=true]").toHaveText("52 weeks");
    expect.verifySteps(["history 1 2026-11-18 52"]);
});

test("what is said about an indicator stays in the dialog, and the wheel shows it", async () => {
    onRpc("crm.scorecard.comment", "comment", ({ args }) => {
        expect.step(`comment ${args.join("|")}`);
        return {
            id: 8,
            text: args[1],
            author: "Sara",
            date: "2026-11-18 12:00:00",
            week: "Week 47, 2026",
            own: true,
        };
    });
    await openDetail();
    expect(".o_dialog button[type=submit]").not.toBeEnabled();
    await contains(".o_crm_targets_wheel_words").edit("The lift was broken", { confirm: false });
    await contains(".o_dialog button[type=submit]").click();
    expect(".o_dialog blockquote").toHaveText(/The lift was broken\s*Sara/);
    expect.verifySteps(["comment 1|The lift was broken|2026-11-18", "wheel 5"]);
});

test("a refused comment is not lost", async () => {
    onRpc("crm.scorecard.comment", "comment", () => {
        throw makeServerError({ message: "The week of this comment has not begun yet." });
    });
    await openDetail();
    await contains(".o_crm_targets_wheel_words").edit("Words", { confirm: false });
    await contains(".o_dialog button[type=submit]").click();
    expect(".o_dialog [role=alert]").toHaveText("The week of this comment has not begun yet.");
    expect(".o_crm_targets_wheel_words").toHaveValue("Words");
});

test("from the dialog to the records, and how many of them one may see", async () => {
    onRpc("crm.scorecard", "get_records_action", () => ({
        action: {
            type: "ir.actions.act_window",
            res_model: "crm.scorecard",
            views: [[false, "list"]],
        },
        visible_count: 12,
        total_count: 40,
    }));
    await openDetail();
    await contains(".o_crm_targets_wheel_records").click();
    expect(".o_list_view").toHaveCount(1);
    expect(".o_notification").toHaveText("You may see 12 of 40 records.");
});

test("records that one may not see at all are counted, not opened", async () => {
    onRpc("crm.scorecard", "get_records_action", () => ({
        action: false,
        visible_count: 0,
        total_count: 40,
    }));
    await openDetail();
    await contains(".o_crm_targets_wheel_records").click();
    expect(".o_notification").toHaveText("You may see 0 of 40 records.");
    expect(SEGMENT).toHaveCount(1);
});

test("a comparison is drawn, told in words and stays over other periods", async () => {
    const compared = {
        ...MEASURED,
        has_compare: true,
        compare_value: 800,
        has_compare_score: true,
        compare_score: 3.3,
    };
    const wheel = {
        ...makeWheel([compared, MISSING]),
        compare: "Station Road",
        has_compare_score: true,
        compare_score: 6.1,
    };
    await openWheel([makeWheel([MEASURED, MISSING]), wheel]);
    expect(".o_crm_targets_wheel_ghost").toHaveCount(0);
    await contains(".o_crm_targets_wheel_compare").click();
    await contains("[data-compare='6']").click();
    expect(".o_crm_targets_wheel_compare").toHaveText("Station Road");
    expect(".o_crm_targets_wheel_ghost").toHaveCount(1);
    expect(".o_crm_targets_wheel_gauge_ghost").toHaveCount(1);
    expect(".o_crm_targets_wheel_change").toHaveText("↘ −1.0");
    expect(".o_crm_targets_wheel_row:first").toHaveText(/↗ \+50%/);
    expect(queryAllAttributes(SEGMENT, "aria-label")[0]).toMatch(/up 50% against Station Road$/);
    await contains(".o_crm_targets_wheel_previous").click();
    expect.verifySteps(["wheel 5", "wheel 5 false 6", "wheel 5 2026-11-15 6"]);
});

test("the same figures stand in a table", async () => {
    await openWheel([makeWheel([MEASURED, MISSING])]);
    await contains(".o_crm_targets_wheel_as_table").click();
    expect(SEGMENT).toHaveCount(0);
    const texts = queryAllTexts(".o_crm_targets_wheel_table tbody tr:nth-child(2) > *");
    expect(texts.map((text) => text.replace(/\s+/g, " "))).toEqual([
        "Orders",
        "60%",
        "1,200 orders",
        "1,500 orders",
        "5.1 Fair",
        "↗ +20%",
    ]);
    expect(".o_crm_targets_wheel_table tbody tr:nth-child(3)").toHaveText(/No value/);
    expect.verifySteps(["wheel 5"]);
});

test("a poster is published knowingly", async () => {
    onRpc("crm.scorecard", "action_open_poster", ({ args }) => {
        expect.step(`poster ${args[0].join(" ")}`);
        return { type: "ir.actions.act_window_close" };
    });
    await openWheel([makeWheel([MEASURED])], { admin: true });
    await contains(".o_crm_targets_wheel_poster").click();
    expect(".o_dialog .modal-body").toHaveText(/without signing in/);
    await contains(".o_dialog .btn-secondary").click();
    expect.verifySteps(["wheel 5"]);
    await contains(".o_crm_targets_wheel_poster").click();
    await contains(".o_dialog .btn-primary").click();
    expect.verifySteps(["poster 5"]);
});

test("a poster that is published is only opened", async () => {
    onRpc("crm.scorecard", "action_open_poster", ({ args }) => {
        expect.step(`poster ${args[0].join(" ")}`);
        return { type: "ir.actions.act_window_close" };
    });
    await openWheel([makeWheel([MEASURED])], { admin: true, context: { active_id: 6 } });
    await contains(".o_crm_targets_wheel_poster").click();
    expect(".o_dialog").toHaveCount(0);
    expect.verifySteps(["wheel 6", "poster 6"]);
});

test("the scorecards below stand beside the wheel and lead to theirs", async () => {
    onRpc("crm.scorecard", "get_below", ({ args }) => ({
        has_score: true,
        score: 7.2,
        band: "good",
        scorecards:
            args[0] === 5
                ? [
                      {
                          ...{ id: 6, name: "Station Road", unit_name: "Station Road" },
                          ...{ weight: 100, has_score: true, score: 7.2, band: "good" },
                      },
                  ]
                : [],
    }));
    await openWheel([makeWheel([MEASURED])]);
    expect(".o_crm_targets_wheel_below").toHaveText(/7\.2[^]*Station Road/);
    await contains(".o_crm_targets_wheel_below button").click();
    expect.verifySteps(["wheel 5", "wheel 6"]);
    expect(".o_crm_targets_wheel_below").toHaveCount(0);
});

test("objectives stand above the indicators", async () => {
    const wheel = makeWheel([MEASURED]);
    wheel.perspectives[0].objectives = ["Nobody waits"];
    await openWheel([wheel]);
    expect(".o_crm_targets_wheel_objectives").toHaveText("Nobody waits");
    expect.verifySteps(["wheel 5"]);
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
