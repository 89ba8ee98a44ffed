import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";

import { QuickLog } from "@crm_experience/quick_log/quick_log";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { browser } from "@web/core/browser/browser";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    models,
    mountView,
    mountWithCleanup,
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
const GIFTS = [
    { id: 5, name: "Umbrella", kind: "gift", unit: "pieces", left: 2, shortage: "warn" },
    { id: 6, name: "Voucher", kind: "print", unit: "pieces", left: 0, shortage: "refuse" },
];

class Partner extends models.Model {
    _name = "partner";

    name = fields.Char();

    _records = [{ id: 1, name: "Ann" }];
}

class Touchpoint extends models.Model {
    _name = "crm.touchpoint";
}

defineMailModels();
defineModels([Partner, Touchpoint]);

const logged = [];

async function mountLog(props) {
    await mountWithCleanup(QuickLog, {
        props: {
            resModel: "res.partner",
            resId: 1,
            channels: CHANNELS,
            stages: STAGES,
            canRate: true,
            onLogged: (item) => logged.push(item),
            onChanged: () => expect.step("changed"),
            ...props,
        },
    });
}

function answerLog() {
    onRpc("crm.touchpoint", "log_contact", ({ args }) => {
        expect.step(args[2]);
        return { id: 8, summary: "", channel: CHANNELS[1], stage: STAGES[1] };
    });
}

beforeEach(() => {
    logged.length = 0;
    browser.localStorage.removeItem("crm_experience.direction");
});

test("three taps: channel, stage, how it went", async () => {
    answerLog();
    await mountLog();
    await contains(".o_crm_experience_channel:contains(Store)").click();
    await contains(".o_crm_experience_stages button:contains(Buy)").click();
    await contains(".o_crm_experience_answer_4").click();
    expect.verifySteps([
        {
            channel_id: 2,
            direction: "out",
            purpose: "service",
            stage_id: 2,
            expectation: 5,
            experience: 7.5,
        },
    ]);
    expect(logged).toHaveLength(1);
    expect(".o_crm_experience_channel").toHaveCount(2);
    expect(".o_notification").toHaveText(/Logged: Store · Buy/);
});

test("stage and impression may be left open", async () => {
    answerLog();
    await mountLog({ resModel: "crm.lead" });
    await contains(".o_crm_experience_channel:contains(Phone)").click();
    await contains("button:contains(None of these)").click();
    await contains("label:contains(Incoming)").click();
    await contains("label:contains(Care)").click();
    await contains("button:contains(Hard to say)").click();
    expect.verifySteps([{ channel_id: 1, direction: "in", purpose: "care" }]);
});

test("the direction of a channel is remembered", async () => {
    answerLog();
    await mountLog({ resModel: "crm.lead" });
    for (const channel of ["Store", "Store", "Phone"]) {
        await contains(`.o_crm_experience_channel:contains(${channel})`).click();
        await contains("button:contains(None of these)").click();
        if (channel === "Store") {
            await contains("label:contains(Incoming)").click();
        }
        await contains("button:contains(Hard to say)").click();
    }
    await contains(".o_crm_experience_channel:contains(Store)").click();
    await contains("button:contains(None of these)").click();
    await contains("button:contains(Hard to say)").click();
    expect.verifySteps([
        { channel_id: 2, direction: "in", purpose: "sale" },
        { channel_id: 2, direction: "in", purpose: "sale" },
        { channel_id: 1, direction: "out", purpose: "sale" },
        { channel_id: 2, direction: "in", purpose: "sale" },
    ]);
});

test("works with the keyboard alone", async () => {
    answerLog();
    await mountLog({ stageId: 2 });
    queryFirst(".o_crm_experience_channel").focus();
    await press("ArrowRight");
    await press("Enter");
    await animationFrame();
    // the stage of the last contact is the likely one
    expect(".o_crm_experience_likely").toBeFocused();
    await press("ArrowLeft");
    await press("Enter");
    await animationFrame();
    expect(".o_crm_experience_answer_1").toBeFocused();
    await press("Escape");
    await animationFrame();
    expect(".o_crm_experience_stages").toHaveCount(1);
    await press("Enter");
    await animationFrame();
    await press("ArrowLeft");
    await press("ArrowLeft");
    await press("Enter");
    await animationFrame();
    expect.verifySteps([
        {
            channel_id: 2,
            direction: "out",
            purpose: "service",
            stage_id: 2,
            expectation: 5,
            experience: 10,
        },
    ]);
});

test("says each step aloud", async () => {
    await mountLog();
    const group = () => queryFirst("[role=group]");
    const label = () =>
        document.getElementById(group().getAttribute("aria-labelledby")).textContent;
    expect(label()).toInclude("Step 1 of 3: Log a contact");
    await contains(".o_crm_experience_channel").click();
    expect(label()).toInclude("Step 2 of 3");
    await contains(".o_crm_experience_stages button").click();
    expect(label()).toInclude("Step 3 of 3");
    expect(".o_crm_experience_answer_1").toHaveAttribute("aria-label", "Much worse than expected");
});

test("another channel or stage may be chosen on the way", async () => {
    answerLog();
    await mountLog();
    await contains(".o_crm_experience_channel:contains(Store)").click();
    await contains(".o_crm_experience_stages button:contains(Buy)").click();
    await contains(".o_crm_experience_crumbs button:contains(Store)").click();
    await contains(".o_crm_experience_channel:contains(Phone)").click();
    await contains(".o_crm_experience_stages button:contains(Choose)").click();
    await contains(".o_crm_experience_crumbs button:contains(Choose)").click();
    await contains(".o_crm_experience_stages button:contains(Buy)").click();
    await contains("button:contains(Hard to say)").click();
    expect.verifySteps([{ channel_id: 1, direction: "out", purpose: "service", stage_id: 2 }]);
});

test("is taken back in the notification", async () => {
    answerLog();
    onRpc("crm.touchpoint", "undo_contact", ({ args }) => {
        expect.step(["undo", ...args]);
        return true;
    });
    await mountLog();
    await contains(".o_crm_experience_channel:contains(Store)").click();
    await contains(".o_crm_experience_stages button:contains(Buy)").click();
    await contains("button:contains(Hard to say)").click();
    await contains(".o_notification button:contains(Undo)").click();
    await animationFrame();
    expect.verifySteps([
        { channel_id: 2, direction: "out", purpose: "service", stage_id: 2 },
        ["undo", 8],
        "changed",
    ]);
    expect(".o_notification:contains(Taken back)").toHaveCount(1);
    expect(".o_crm_experience_note").toHaveCount(0);
});

test("hands out a gift, and says what is left", async () => {
    answerLog();
    onRpc("crm.touchpoint", "get_log_options", () => ({ gifts: GIFTS }));
    await mountLog();
    await contains(".o_crm_experience_channel:contains(Store)").click();
    await contains(".o_crm_experience_stages button:contains(Buy)").click();
    await contains("button:contains(Handed something out)").click();
    expect(queryAllTexts(".o_crm_experience_gifts small")).toEqual([
        "2 pieces left",
        "0 pieces left",
    ]);
    await contains(".o_crm_experience_gifts button:contains(Umbrella)").click();
    expect("[role=alert]").toHaveCount(0);
    for (let count = 0; count < 2; count++) {
        await contains("button[aria-label='One more']").click();
    }
    expect("[role=alert]").toHaveText(/Only 2 pieces left/);
    expect("button:contains(Hand it out anyway)").toBeEnabled();
    await contains(".o_crm_experience_gifts button:contains(Voucher)").click();
    expect("button:contains(Hand it out)").not.toBeEnabled();
    await contains(".o_crm_experience_gifts button:contains(Umbrella)").click();
    await contains("button:contains(Hand it out anyway)").click();
    expect(".o_crm_experience_crumbs button:contains(3 × Umbrella)").toHaveCount(1);
    await contains("button:contains(Hard to say)").click();
    expect.verifySteps([
        {
            channel_id: 2,
            direction: "out",
            purpose: "service",
            stage_id: 2,
            gift_item_id: 5,
            gift_quantity: 3,
        },
    ]);
});

test("stays where it is when logging is refused", async () => {
    expect.errors(1);
    onRpc("crm.touchpoint", "log_contact", () => {
        throw makeServerError({ type: "UserError", message: "Not today." });
    });
    await mountLog();
    await contains(".o_crm_experience_channel:contains(Store)").click();
    await contains(".o_crm_experience_stages button:contains(Buy)").click();
    await contains(".o_crm_experience_answer_4").click();
    await animationFrame();
    expect.verifyErrors(["Not today."]);
    await contains(".modal .btn-primary").click();
    expect(".o_crm_experience_answer_4").toBeEnabled();
    expect(logged).toHaveLength(0);
});

test("on a card: in a dialog, which closes with the third tap", async () => {
    answerLog();
    onRpc("crm.touchpoint", "get_log_options", ({ args }) => {
        expect.step(args);
        return {
            name: "Ann",
            channels: CHANNELS,
            stages: STAGES,
            can_log: true,
            can_rate: true,
            stage_id: 1,
            gifts: [],
        };
    });
    onRpc("crm.touchpoint", "write", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mountView({
        type: "kanban",
        resModel: "partner",
        arch: `<kanban><templates><t t-name="card">
            <field name="name"/><widget name="crm_experience_quick_log"/>
        </t></templates></kanban>`,
        selectRecord: () => expect.step("opened"),
    });
    await contains(".o_crm_experience_log_button").click();
    expect(".modal-title").toHaveText("Ann");
    await contains(".o_crm_experience_channel:contains(Store)").click();
    expect(".o_crm_experience_likely").toHaveText(/Choose/);
    await contains(".o_crm_experience_stages button:contains(Buy)").click();
    await contains(".o_crm_experience_answer_5").click();
    await animationFrame();
    expect(".modal").toHaveCount(0);
    await contains(".o_notification button:contains(Add a Note)").click();
    await contains(".modal textarea").edit("Loves it", { confirm: false });
    await contains(".modal .btn-primary").click();
    expect(".modal").toHaveCount(0);
    expect.verifySteps([
        ["partner", 1],
        {
            channel_id: 2,
            direction: "out",
            purpose: "sale",
            stage_id: 2,
            expectation: 5,
            experience: 10,
        },
        [[8], { summary: "Loves it" }],
    ]);
});
