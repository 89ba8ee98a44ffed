import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllAttributes, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeServerError,
    mountWebClient,
    onRpc,
} from "@web/../tests/web_test_helpers";

import { cellOf, columnsOf, sortRows } from "@crm_targets/heat_map/heat_map_rows";

defineMailModels();

const scored = (score, band) => ({ has_score: true, score, band });
const NONE = { has_score: false, band: "none" };

function makeRow(id, name, total, indicator) {
    return {
        id,
        name,
        unit_name: name,
        scope: "team",
        period_label: "Week 47, 2026",
        ...total,
        has_score_change: false,
        perspectives: [{ id: 1, ...total }],
        cells: indicator
            ? [
                  {
                      line_id: id * 10,
                      indicator_id: 7,
                      unit: "orders",
                      has_target: false,
                      has_value: indicator.has_score,
                      value: 3,
                      ...indicator,
                  },
              ]
            : [],
    };
}

const ROWS = [
    makeRow(1, "Harbour", scored(5, "fair"), scored(9, "good")),
    makeRow(2, "Market", scored(2, "poor"), NONE),
    makeRow(3, "Station", NONE, scored(1, "poor")),
];
const MAP = {
    date: "2026-11-22",
    perspectives: [
        {
            id: 1,
            code: "customers",
            name: "Customers",
            indicators: [
                { indicator_id: 7, code: "orders", name: "Orders", description: "", decimals: 0 },
            ],
        },
    ],
    scorecards: ROWS,
    teams: [{ id: 4, name: "Coast" }],
    total_count: 3,
};
const NAMES = "tbody th span";

async function openHeatMap(answer = () => MAP) {
    onRpc("has_group", () => false);
    onRpc("crm.scorecard", "get_heat_map", ({ kwargs }) => {
        const { context, ...filters } = kwargs;
        expect.step(JSON.stringify(filters));
        return answer();
    });
    await mountWebClient();
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_targets.heat_map" });
    await animationFrame();
}

describe("rows", () => {
    const names = (order) => sortRows(ROWS, order).map(({ name }) => name);

    test("what has no score comes last, whichever way they are sorted", () => {
        const order = { kind: "total", ascending: true };
        expect(names(order)).toEqual(["Market", "Harbour", "Station"]);
        expect(names({ ...order, ascending: false })).toEqual(["Harbour", "Market", "Station"]);
        expect(names({ kind: "indicator", id: 7, ascending: true })).toEqual([
            "Station",
            "Harbour",
            "Market",
        ]);
        expect(names({ kind: "name", ascending: false })).toEqual(["Station", "Market", "Harbour"]);
    });

    test("every perspective is followed by its indicators", () => {
        expect(columnsOf(MAP.perspectives).map(({ kind, name }) => [kind, name])).toEqual([
            ["perspective", "Customers"],
            ["indicator", "Orders"],
        ]);
        expect(cellOf(ROWS[0], { kind: "indicator", id: 8 })).toBe(undefined);
    });
});

describe("heat map", () => {
    describe.current.tags("desktop");

    test("the worst comes first; no score is no colour", async () => {
        await openHeatMap();
        expect(queryAllTexts(NAMES)).toEqual(["Market", "Harbour", "Station"]);
        expect(queryAllAttributes("td[data-kind=indicator] button", "data-band")).toEqual([
            "none",
            "good",
            "poor",
        ]);
        expect(queryAllAttributes("td[data-kind=indicator] button", "aria-label")[0]).toBe(
            "Market, Orders: no value in this period, No score"
        );
        expect("th[aria-sort=ascending]").toHaveText("Total");
        expect.verifySteps(["{}"]);
    });

    test("sorts by any column, once more the other way round", async () => {
        await openHeatMap();
        await contains("th[data-code=orders] button").click();
        expect(queryAllTexts(NAMES)).toEqual(["Station", "Harbour", "Market"]);
        await contains("th[data-code=orders] button").click();
        expect(queryAllTexts(NAMES)).toEqual(["Harbour", "Station", "Market"]);
        expect("th[aria-sort=descending]").toHaveText("Orders");
        expect.verifySteps(["{}"]);
    });

    test("filters by scope and by the team above", async () => {
        await openHeatMap();
        await contains(".o_crm_targets_heat_map_scope").select("team");
        await contains(".o_crm_targets_heat_map_team").select("4");
        expect.verifySteps(["{}", `{"scope":"team"}`, `{"scope":"team","team_id":4}`]);
    });

    test("arrows move between the cells, a click opens the records", async () => {
        onRpc("crm.scorecard", "get_records_action", ({ args }) => {
            expect.step(`records ${args.join(" ")}`);
            return { action: false, visible_count: 0, total_count: 40 };
        });
        await openHeatMap();
        queryFirst("tbody th button").focus();
        await press("ArrowDown");
        await press("ArrowRight");
        await press("ArrowRight");
        await press("ArrowRight");
        expect("tbody tr:nth-child(2) td[data-kind=indicator] button").toBeFocused();
        await contains("tbody tr:nth-child(2) td[data-kind=indicator] button").click();
        expect(".o_notification").toHaveText("You may see 0 of 40 records.");
        expect.verifySteps(["{}", "records 10"]);
    });

    test("says why there is nothing", async () => {
        await openHeatMap(() => ({ ...MAP, scorecards: [], total_count: 0 }));
        expect(".o_nocontent_help").toHaveText(/No scorecard yet/);
        await contains(".o_crm_targets_heat_map_scope").select("person");
        expect(".o_nocontent_help").toHaveText(/Nothing matches these filters/);
        expect.verifySteps(["{}", `{"scope":"person"}`]);
    });

    test("a refusal of the server is shown with a way to try again", async () => {
        let refuse = true;
        await openHeatMap(() => {
            if (refuse) {
                throw makeServerError({ message: "Not today." });
            }
            return MAP;
        });
        expect(".o_nocontent_help").toHaveText(/Not today\./);
        refuse = false;
        await contains(".o_nocontent_help button").click();
        expect(NAMES).toHaveCount(3);
        expect.verifySteps(["{}", "{}"]);
    });
});
