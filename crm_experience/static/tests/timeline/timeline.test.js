import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { click, press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";

import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const CHANNELS = [
    { id: 1, code: "phone", name: "Phone", icon: "fa-phone", color: 4 },
    { id: 2, code: "store", name: "Store", icon: "fa-building-o", color: 1 },
];
const STAGES = [
    { id: 1, code: "choose", name: "Choose" },
    { id: 2, code: "buy", name: "Buy" },
];

class Partner extends models.Model {
    _name = "partner";

    name = fields.Char();
    partner_id = fields.Many2one({ relation: "partner" });

    _records = [
        { id: 1, name: "Lumen deal", partner_id: 3 },
        { id: 2, name: "Nova deal" },
        { id: 3, name: "Lumen" },
    ];
}

class Touchpoint extends models.Model {
    _name = "crm.touchpoint";
}

defineMailModels();
defineModels([Partner, Touchpoint]);

function makeItem(values) {
    return {
        id: 1,
        date: "2026-11-22 09:00:00",
        summary: "Asked for a charger",
        direction: "in",
        purpose: "service",
        channel: CHANNELS[0],
        partner: { id: 3, name: "Lumen" },
        user: { id: 7, name: "Sam" },
        has_amount: false,
        has_feedback: false,
        ...values,
    };
}

function makePage(items, values) {
    return {
        items,
        has_more: false,
        next: "",
        channels: CHANNELS,
        stages: STAGES,
        can_log: true,
        ...values,
    };
}

async function mountTimeline(params) {
    return mountView({
        type: "form",
        resModel: "partner",
        resId: 1,
        arch: `<form>
            <field name="name"/>
            <field name="partner_id" invisible="1"/>
            <widget name="crm_experience_timeline"/>
        </form>`,
        ...params,
    });
}

beforeEach(() => mockDate("2026-11-22T10:00:00", 0));

test("shows contacts by day with all there is to know", async () => {
    onRpc("crm.touchpoint", "get_timeline", ({ args }) => {
        expect.step(args);
        return makePage([
            makeItem({
                id: 3,
                stage: STAGES[1],
                dimension: { id: 1, code: "service", name: "Delivery" },
                team: { id: 4, name: "Harbour Street" },
                partner: { id: 9, name: "Ann Lee" },
                has_amount: true,
                amount: 1234.5,
                currency_id: 1,
                has_feedback: true,
                expectation: 7,
                experience: 4.5,
                gap: -2.5,
            }),
            makeItem({ id: 2, date: "2026-11-21 09:00:00", summary: "", direction: "out" }),
        ]);
    });
    await mountTimeline();
    await animationFrame();
    expect.verifySteps([["partner", 1, 40, "", [], [], ""]]);
    expect(queryAllTexts(".o_crm_experience_day h3")).toEqual(["Today", "Yesterday"]);
    expect(queryAllTexts(".o_crm_experience_title")).toEqual(["Asked for a charger", "Phone"]);
    const entry = ".o_crm_experience_entry:first ";
    for (const text of ["Incoming", "Phone", "Service", "Ann Lee", "Sam", "Harbour Street"]) {
        expect(`${entry}.o_crm_experience_meta:contains(${text})`).toHaveCount(1);
    }
    expect(queryAllTexts(`${entry}.badge`)).toEqual(["Buy", "Delivery"]);
    expect(`${entry}.o_crm_experience_amount`).toHaveText(/1,234\.50/);
    expect(`${entry}.o_crm_experience_gap`).toHaveAttribute(
        "title",
        "Expected 7, experienced 4.5 (0 to 10)"
    );
    expect(`${entry}.o_crm_experience_gap > .text-danger:last`).toHaveText("-2.5");
    expect(`.o_crm_experience_entry:last .o_crm_experience_meta`).toHaveText(/Outgoing/);
    expect("[aria-live]").toHaveText("2 contacts shown");
});

test("names the customer only where it is not the record's own", async () => {
    onRpc("crm.touchpoint", "get_timeline", () =>
        makePage([makeItem({ id: 2 }), makeItem({ id: 1, partner: { id: 9, name: "Ann Lee" } })])
    );
    await mountTimeline();
    await animationFrame();
    expect(".o_crm_experience_meta:contains(Lumen)").toHaveCount(0);
    expect(".o_crm_experience_meta:contains(Ann Lee)").toHaveCount(1);
});

test("guides where nothing has happened yet", async () => {
    onRpc("crm.touchpoint", "get_timeline", () => makePage([]));
    await mountTimeline();
    await animationFrame();
    expect(".o_crm_experience_empty").toHaveText(/No contact yet/);
    expect(".o_crm_experience_empty").toHaveText(/choose its channel above/);
    expect(".o_crm_experience_filters").toHaveCount(0);
});

test("asks nothing of the server for a record that is not saved", async () => {
    onRpc("crm.touchpoint", "get_timeline", () => expect.step("get_timeline"));
    await mountTimeline({ resId: undefined });
    await animationFrame();
    expect(".o_crm_experience_timeline").toHaveText(/Save first/);
    expect(".o_crm_experience_log").toHaveCount(0);
    expect.verifySteps([]);
});

test("follows the pager and forgets the filter", async () => {
    onRpc("crm.touchpoint", "get_timeline", ({ args }) => {
        expect.step([args[1], args[4]]);
        return makePage([makeItem({ id: args[1], summary: `Of ${args[1]}` })]);
    });
    await mountTimeline({ resIds: [1, 2] });
    await contains(".o_crm_experience_filters button:contains(Filter)").click();
    await contains(".o_crm_experience_chip_group label:contains(Phone)").click();
    await contains(".o_pager_next").click();
    await animationFrame();
    expect(".o_crm_experience_title").toHaveText("Of 2");
    expect(".o_crm_experience_chip_group :checked").toHaveCount(0);
    expect.verifySteps([
        [1, []],
        [1, [1]],
        [2, []],
    ]);
});

test("filters by several channels and stages, also with the keyboard", async () => {
    onRpc("crm.touchpoint", "get_timeline", ({ args }) => {
        expect.step(args.slice(4));
        return makePage(args[5].length ? [] : [makeItem()]);
    });
    await mountTimeline();
    await contains(".o_crm_experience_filters button:contains(Filter)").click();
    await contains(".o_crm_experience_chip_group label:contains(Phone)").click();
    queryOne(".o_crm_experience_chip_group input:eq(1)").focus();
    await press("Space");
    await animationFrame();
    await contains(".o_crm_experience_chip_group label:contains(Buy)").click();
    expect(".o_crm_experience_empty").toHaveText(/No contact matches the filter/);
    await contains(".o_crm_experience_filters button:contains(Filter)").click();
    expect(queryAllTexts(".o_crm_experience_facet")).toEqual([
        "Phone\nRemove this filter",
        "Store\nRemove this filter",
        "Buy\nRemove this filter",
    ]);
    await contains(".o_crm_experience_facet:last").click();
    await contains(".o_crm_experience_filters button:contains(Show all)").click();
    expect(".o_crm_experience_facet").toHaveCount(0);
    expect.verifySteps([
        [[], [], ""],
        [[1], [], ""],
        [[1, 2], [], ""],
        [[1, 2], [2], ""],
        [[1, 2], [], ""],
        [[], [], ""],
    ]);
});

test("loads older contacts until the beginning", async () => {
    onRpc("crm.touchpoint", "get_timeline", ({ args }) => {
        expect.step(args[3]);
        const pages = {
            "": makePage([makeItem({ id: 3 })], { has_more: true, next: "a" }),
            a: makePage([makeItem({ id: 2 })], { has_more: true, next: "b" }),
            b: makePage([makeItem({ id: 1 })]),
        };
        return pages[args[3]];
    });
    await mountTimeline();
    await animationFrame();
    for (let page = 0; page < 2; page++) {
        if (queryAllTexts(".o_crm_experience_more button").length) {
            await click(".o_crm_experience_more button");
        }
        await animationFrame();
        await animationFrame();
    }
    expect(".o_crm_experience_entry").toHaveCount(3);
    expect(".o_crm_experience_more").toHaveCount(0);
    expect(".o_crm_experience_end").toHaveCount(1);
    expect.verifySteps(["", "a", "b"]);
});

test("says what went wrong and tries again", async () => {
    let fails = true;
    onRpc("crm.touchpoint", "get_timeline", () => {
        if (fails) {
            throw makeServerError({ type: "AccessError", message: "Not your customer." });
        }
        return makePage([makeItem()]);
    });
    await mountTimeline();
    await animationFrame();
    expect("[role=alert]").toHaveText(/Not your customer\./);
    fails = false;
    await contains("[role=alert] button").click();
    expect(".o_crm_experience_entry").toHaveCount(1);
});

test("a logged contact stands on top, and a note may follow", async () => {
    const items = [makeItem({ id: 1 })];
    onRpc("crm.touchpoint", "get_timeline", () => makePage([...items]));
    onRpc("crm.touchpoint", "log_contact", () => {
        items.unshift(makeItem({ id: 2, date: "2026-11-22 10:00:00", summary: "" }));
        return items[0];
    });
    onRpc("crm.touchpoint", "write", ({ args }) => {
        expect.step(args);
        items[0] = { ...items[0], ...args[1] };
        return true;
    });
    onRpc("partner", "web_read", () => expect.step("web_read"));
    await mountTimeline();
    expect.verifySteps(["web_read"]);
    await contains(".o_crm_experience_channel:contains(Phone)").click();
    await contains(".o_crm_experience_stages button:contains(Buy)").click();
    await contains(".o_crm_experience_answer_2").click();
    await animationFrame();
    expect(queryAllTexts(".o_crm_experience_title")).toEqual(["Phone", "Asked for a charger"]);
    expect(".o_crm_experience_entry_new").toHaveCount(1);
    expect.verifySteps(["web_read"]); // of the counter on the form
    await contains(".o_crm_experience_note input").edit("  Queue too long ");
    await animationFrame();
    expect.verifySteps([[[2], { summary: "Queue too long" }]]);
    expect(queryAllTexts(".o_crm_experience_title")).toEqual([
        "Queue too long",
        "Asked for a charger",
    ]);
    expect(".o_crm_experience_note").toHaveCount(0);
});

test("without a customer there is nobody to answer", async () => {
    onRpc("crm.touchpoint", "get_timeline", () => makePage([]));
    await mountTimeline({ resId: 2 });
    await contains(".o_crm_experience_channel:contains(Phone)").click();
    await contains(".o_crm_experience_stages button:contains(Buy)").click();
    expect(".o_crm_experience_answer").toHaveCount(0);
    expect(".o_crm_experience_unrated").toHaveText("Save");
});

test("shows what must be known first, and opens it", async () => {
    mockService("action", {
        doAction: (action) => expect.step([action.res_model, action.res_id]),
    });
    const header = [
        {
            kind: "case",
            title: "CASE/00012",
            text: "Waits for a part",
            level: "danger",
            date: "2026-11-20",
            action: { model: "partner", id: 2 },
        },
        { kind: "promise", title: "Call back", level: "warning" },
        { kind: "x", title: "Third", level: "info" },
        { kind: "x", title: "Fourth", level: "info" },
    ];
    onRpc("crm.touchpoint", "get_timeline", () => makePage([makeItem()], { header }));
    await mountTimeline();
    await animationFrame();
    expect(queryAllTexts(".o_crm_experience_header strong")).toEqual([
        "CASE/00012",
        "Call back",
        "Third",
    ]);
    expect(".o_crm_experience_header .alert-danger").toHaveText(/Waits for a part/);
    expect(".o_crm_experience_header button.o_crm_experience_alert").toHaveCount(1);
    await contains("button.o_crm_experience_alert").click();
    expect.verifySteps([["partner", 2]]);
    await contains(".o_crm_experience_header button:contains(Show 1 more)").click();
    expect(".o_crm_experience_header .alert").toHaveCount(4);
});

test("goes from a person to the company, and from a company to its people", async () => {
    mockService("action", {
        doAction: (action) => expect.step([action.res_model, action.res_id]),
    });
    onRpc("crm.touchpoint", "get_timeline", () =>
        makePage([makeItem({ partner: { id: 9, name: "Ann Lee" } })], {
            company: { id: 4, name: "Acme" },
            people: [{ id: 9, name: "Ann Lee" }],
            people_count: 3,
        })
    );
    onRpc("res.partner", "read", () => [{ id: 4, display_name: "x" }]);
    await mountTimeline();
    await animationFrame();
    await contains("button:contains(All contacts with Acme)").click();
    await contains(".o_crm_experience_people button:contains(Ann Lee)").click();
    expect("ul.o_crm_experience_people").toHaveText(/and 2 more/);
    await contains(".o_crm_experience_meta button:contains(Ann Lee)").click();
    expect.verifySteps([
        ["res.partner", 4],
        ["res.partner", 9],
        ["res.partner", 9],
    ]);
});

test("shows one purpose alone, until the next customer is opened", async () => {
    onRpc("res.users.settings", "set_res_users_settings", () => expect.step("remembered"));
    onRpc("crm.touchpoint", "get_timeline", ({ args }) => {
        expect.step(args[6]);
        return makePage(args[6] ? [] : [makeItem()]);
    });
    await mountTimeline({ resIds: [1, 2] });
    await contains(".o_crm_experience_filters label:contains(Care)").click();
    expect(".o_crm_experience_empty").toHaveText(/No contact matches the filter/);
    await contains(".o_crm_experience_empty button").click();
    expect(".o_crm_experience_entry").toHaveCount(1);
    expect.verifySteps(["", "care", ""]);
    await contains(".o_crm_experience_filters label:contains(Care)").click();
    await contains(".o_pager_next").click();
    await animationFrame();
    expect.verifySteps(["care", ""]);
    expect(".o_crm_experience_entry").toHaveCount(1);
});

test("answers show with their metric, gifts with their quantity", async () => {
    onRpc("crm.touchpoint", "get_timeline", () =>
        makePage([
            makeItem({
                answers: [
                    { metric: "nps", label: "NPS", score: 9, normalised: 9, comment: "Great" },
                    { metric: "csat", label: "CSAT", score: 1, normalised: 0, dimension: "Price" },
                ],
                gift: { id: 1, name: "Umbrella", quantity: 2, unit: "pieces" },
            }),
        ])
    );
    await mountTimeline();
    await animationFrame();
    expect(".o_crm_experience_gap:first").toHaveText("NPS 9");
    expect(".o_crm_experience_gap:first").toHaveClass("o_crm_experience_answer_5");
    expect(".o_crm_experience_gap:last").toHaveAttribute("title", "CSAT 1 · Price");
    expect(".o_crm_experience_comment").toHaveText("Great");
    expect(".o_crm_experience_chips .badge").toHaveText("2 × Umbrella");
});

test("what happens elsewhere shows without a reload", async () => {
    const pulse = {};
    mockService("customer_pulse", {
        subscribe(partnerId, callback) {
            pulse[partnerId] = callback;
            return () => {};
        },
    });
    let items = [makeItem({ id: 1 })];
    onRpc("crm.touchpoint", "get_timeline", () => makePage(items));
    await mountTimeline();
    await animationFrame();
    items = [makeItem({ id: 2, summary: "Asked on the page" }), ...items];
    pulse[3]({ partner_id: 3, kind: "touchpoint" });
    await animationFrame();
    expect(queryAllTexts(".o_crm_experience_title")).toEqual([
        "Asked on the page",
        "Asked for a charger",
    ]);
});

test("a read-only timeline has no bar", async () => {
    onRpc("crm.touchpoint", "get_timeline", () => makePage([makeItem()]));
    await mountTimeline({
        arch: `<form><widget name="crm_experience_timeline" readonly="1"/></form>`,
    });
    await animationFrame();
    expect(".o_crm_experience_entry").toHaveCount(1);
    expect(".o_crm_experience_log").toHaveCount(0);
});

test("who may not edit the record may still log", async () => {
    onRpc("crm.touchpoint", "get_timeline", () => makePage([]));
    await mountTimeline({
        arch: `<form edit="0"><widget name="crm_experience_timeline"/></form>`,
    });
    await animationFrame();
    expect(".o_crm_experience_log").toHaveCount(1);
});

test("who may not log sees no bar", async () => {
    onRpc("crm.touchpoint", "get_timeline", () => makePage([], { can_log: false }));
    await mountTimeline();
    await animationFrame();
    expect(".o_crm_experience_log").toHaveCount(0);
    expect(".o_crm_experience_empty").not.toHaveText(/choose its channel/);
});

test("a saved record shows what saving it has captured", async () => {
    let items = [makeItem({ id: 1 })];
    onRpc("crm.touchpoint", "get_timeline", () => makePage(items));
    await mountTimeline();
    await animationFrame();
    expect(".o_crm_experience_entry").toHaveCount(1);
    items = [makeItem({ id: 2, summary: "Stage moved" }), ...items];
    await contains("[name=name] input").edit("Lumen Mobile");
    await contains(".o_form_button_save").click();
    await animationFrame();
    expect(queryAllTexts(".o_crm_experience_title")).toEqual([
        "Stage moved",
        "Asked for a charger",
    ]);
});

test("opens the document, or says why not", async () => {
    mockService("action", {
        doAction: (action) => expect.step([action.res_model, action.res_id]),
    });
    onRpc("crm.touchpoint", "get_timeline", () =>
        makePage([
            makeItem({ id: 3, document: { model: "partner", id: 2 } }),
            makeItem({ id: 2, document: { model: "crm.touchpoint", id: 5 } }),
            // the record itself is open already
            makeItem({ id: 1, document: { model: "partner", id: 1 } }),
        ])
    );
    onRpc("crm.touchpoint", "read", () => {
        throw makeServerError({ type: "AccessError" });
    });
    await mountTimeline();
    await animationFrame();
    expect("button.o_crm_experience_title").toHaveCount(2);
    await contains("button.o_crm_experience_title:first").click();
    expect.verifySteps([["partner", 2]]);
    await contains("button.o_crm_experience_title:last").click();
    expect(".o_notification").toHaveText("You are not allowed to open this document.");
    expect.verifySteps([]);
});

test("names the document, and what is planned", async () => {
    onRpc("crm.touchpoint", "get_timeline", () =>
        makePage([
            makeItem({
                id: 3,
                date: "2026-11-23 09:00:00",
                summary: "Meeting",
                document: { model: "partner", id: 2, name: "Talk about phones" },
            }),
            makeItem({
                id: 4,
                summary: "Meeting",
                document: { model: "partner", id: 2, name: "Meeting with Ann" },
            }),
            // said already
            makeItem({
                id: 2,
                summary: "Asked about S00042",
                document: { model: "partner", id: 2, name: "S00042" },
            }),
        ])
    );
    await mountTimeline();
    await animationFrame();
    expect(queryAllTexts(".o_crm_experience_day h3")).toEqual(["Tomorrow", "Today"]);
    expect(queryAllTexts(".o_crm_experience_title")).toEqual([
        "Meeting · Talk about phones",
        "Meeting with Ann",
        "Asked about S00042",
    ]);
    expect(queryAllTexts(".o_crm_experience_entry .badge")).toEqual(["Upcoming"]);
});

test("folds a long summary", async () => {
    onRpc("crm.touchpoint", "get_timeline", () =>
        makePage([makeItem({ summary: "word ".repeat(100) })])
    );
    await mountTimeline();
    await animationFrame();
    expect(".o_crm_experience_folded").toHaveCount(1);
    await contains("button:contains(Show all of it)").click();
    expect(".o_crm_experience_folded").toHaveCount(0);
});
