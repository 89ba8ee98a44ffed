import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { click, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    getService,
    makeServerError,
    mountWebClient,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { WorkbenchStrip } from "@crm_targets/workbench/workbench_strip";

describe.current.tags("desktop");
defineMailModels();

const CARD = ".o_crm_targets_workbench_card";
const ORDERS = {
    target_id: 3,
    indicator_id: 11,
    code: "orders",
    name: "Orders",
    description: "",
    unit: "orders",
    decimals: 0,
    is_monetary: false,
    builds_up: true,
    direction: "higher",
    status: "behind",
    has_target: true,
    target: 20,
    has_value: true,
    value: 9,
    has_completion: true,
    completion: 0.45,
    has_pace: true,
    pace: 10,
    has_forecast: true,
    forecast: 18,
    has_shortage: true,
    shortage: 11,
    has_due_today: true,
    due_today: 2,
    has_trend: false,
    history: [],
};
const CALL = {
    kind: "activity",
    name: "Two phones",
    reason: "Call back, overdue for 2 days",
    res_model: "crm.lead",
    res_id: 5,
    can_plan: true,
    activity_id: 8,
    action: {},
};

function makePeriod(granularity, indicators) {
    return {
        granularity,
        label: granularity,
        date_from: "2026-11-01",
        date_to: "2026-11-30",
        is_running: true,
        working_days: 21,
        working_days_over: 10,
        waiting_count: 0,
        indicators,
        collections: {},
        leaderboard: { team: "", has_rank: false, rows: [] },
    };
}

function makeWorkbench(values = {}) {
    return {
        user: { id: 7, name: "Sara" },
        is_own: true,
        date: "2026-11-16",
        today: "2026-11-16",
        currency_id: 1,
        people: [{ id: 7, name: "Sara" }],
        can_set_targets: false,
        has_leaderboard: false,
        periods: [
            makePeriod("week", []),
            makePeriod("month", [ORDERS]),
            makePeriod("quarter", []),
            makePeriod("year", []),
        ],
        next_things: [CALL],
        ...values,
    };
}

function mockWorkbench(values) {
    onRpc("crm.target", "get_workbench", ({ args }) => {
        expect.step(`get_workbench ${JSON.stringify(args)}`);
        return makeWorkbench(values);
    });
}

async function openWorkbench() {
    await mountWebClient();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_targets.workbench",
    });
    await animationFrame();
}

beforeEach(() => {
    mockDate("2026-11-16 10:00:00");
    browser.localStorage.clear();
});

test("one call for all periods; the one with a target is shown first", async () => {
    mockWorkbench();
    await openWorkbench();
    expect(`${CARD}[data-code='orders']`).toHaveCount(1);
    expect(`${CARD} .o_crm_targets_workbench_status`).toHaveText("Behind");
    expect(`${CARD} .o_crm_targets_workbench_today`).toHaveText(/2\sorders more today/);
    expect(queryAllTexts(`${CARD} dd`)).toEqual(["10", "18", "11"]);
    await click("[data-granularity='year']");
    await animationFrame();
    expect(CARD).toHaveCount(0);
    expect(".o_crm_targets_workbench_empty").toHaveText(/Ask your team lead/);
    expect.verifySteps(["get_workbench [false,false]"]);
});

test("the next thing is told with its reason and can be marked as done", async () => {
    mockWorkbench();
    onRpc("mail.activity", "action_done", ({ args }) => {
        expect.step(`done ${JSON.stringify(args)}`);
        return true;
    });
    await openWorkbench();
    expect(".o_crm_targets_workbench_thing").toHaveText(/Two phones\s+Call back, overdue/);
    await click(".o_crm_targets_workbench_done");
    await animationFrame();
    expect.verifySteps([
        "get_workbench [false,false]",
        "done [[8]]",
        "get_workbench [false,false]",
    ]);
});

test("a lead chooses a person, and sets the target that is missing", async () => {
    mockWorkbench({
        is_own: false,
        can_set_targets: true,
        people: [
            { id: 2, name: "Leo" },
            { id: 7, name: "Sara" },
        ],
        periods: [makePeriod("month", [])],
        next_things: [],
    });
    await openWorkbench();
    expect(".o_crm_targets_workbench_people").toHaveValue("7");
    expect(".o_crm_targets_workbench_empty button").toHaveText("Set a target");
    expect(".o_crm_targets_workbench_next").toHaveText(/Nothing is overdue/);
    expect.verifySteps(["get_workbench [false,false]"]);
});

test("a refusal is told in the words of the server", async () => {
    onRpc("crm.target", "get_workbench", () => {
        throw makeServerError({ message: "Not for you.", type: "AccessError" });
    });
    await openWorkbench();
    expect("[role='alert']").toHaveText(/The workbench cannot be shown\s+Not for you\./);
});

test("the strip asks once, and not at all while it is folded", async () => {
    mockWorkbench();
    await mountWithCleanup(WorkbenchStrip);
    await animationFrame();
    expect(".o_crm_targets_workbench_strip li").toHaveCount(1);
    await click(".o_crm_targets_workbench_fold");
    await animationFrame();
    expect(".o_crm_targets_workbench_strip li").toHaveCount(0);
    await click(".o_crm_targets_workbench_fold");
    await animationFrame();
    expect(".o_crm_targets_workbench_strip li").toHaveCount(1);
    expect.verifySteps(["get_workbench []"]);
});

test("a strip that was folded before stays folded", async () => {
    mockWorkbench();
    browser.localStorage.setItem("crm_targets.workbench.strip_folded", "1");
    await mountWithCleanup(WorkbenchStrip);
    await animationFrame();
    expect(".o_crm_targets_workbench_strip").toHaveText(/My targets/);
    expect(".o_crm_targets_workbench_strip li").toHaveCount(0);
    expect.verifySteps([]);
});
