import { useContactNotification } from "@crm_experience/quick_log/contact_notification";
import { directionMemory } from "@crm_experience/quick_log/direction_memory";
import { GiftPicker } from "@crm_experience/quick_log/gift_picker";
import { SatisfactionFace } from "@crm_experience/timeline/satisfaction_face";
import { LEVELS, NEUTRAL } from "@crm_experience/timeline/timeline_items";

import { Component, useEffect, useRef, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { uniqueId } from "@web/core/utils/functions";
import { useService } from "@web/core/utils/hooks";

/** The steps, in their order; a gift is a side step of the last one. */
const STEPS = ["channel", "stage", "result"];

/** What the arrow keys do to the place among the options. */
const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * Writes a contact down in three taps: channel, journey stage, how it went. The third one saves.
 * A note may follow, and the notification takes all of it back.
 */
export class QuickLog extends Component {
    static template = "crm_experience.QuickLog";
    static components = { GiftPicker, SatisfactionFace };
    static props = {
        resModel: String,
        resId: Number,
        channels: Array,
        stages: Array,
        canRate: Boolean,
        /** of the latest contact: most likely it is still the one */
        stageId: { type: [Number, Boolean], optional: true },
        /** in a dialog there is room for all channels, and nothing else to do afterwards */
        isDialog: { type: Boolean, optional: true },
        onLogged: Function,
        onChanged: { type: Function, optional: true },
    };
    static defaultProps = { stageId: false, isDialog: false, onChanged: () => {} };

    setup() {
        this.orm = useService("orm");
        this.notify = useContactNotification();
        this.uid = uniqueId("o_crm_experience_log_");
        this.root = useRef("root");
        this.state = useState({ saving: false, logged: false, note: "", ...this.emptyValues });
        // The option that was tapped is gone with its step: who works with the keyboard or hears
        // the screen goes on with the first of the next one.
        useEffect(
            () => {
                if (this.moved) {
                    this.moved = false;
                    const options = this.options;
                    const likely = options.find((option) => "likely" in option.dataset);
                    (likely || options[0])?.focus({ preventScroll: true });
                }
            },
            () => [this.state.step]
        );
    }

    get emptyValues() {
        return {
            step: "channel",
            channelId: false,
            stageId: false,
            direction: "out",
            purpose: this.props.resModel === "res.partner" ? "service" : "sale",
            gift: false,
        };
    }

    // -------------------------------------------------------------------------
    // What there is to choose from
    // -------------------------------------------------------------------------

    get channel() {
        return this.props.channels.find((channel) => channel.id === this.state.channelId);
    }

    get stage() {
        return this.props.stages.find((stage) => stage.id === this.state.stageId);
    }

    get stepNumber() {
        return STEPS.indexOf(this.state.step === "gift" ? "result" : this.state.step) + 1;
    }

    get question() {
        return {
            channel: _t("Log a contact"),
            stage: _t("Where is the customer on the journey?"),
            result: this.props.canRate
                ? _t("How was it, compared with what the customer expected?")
                : _t("That is all. Save it?"),
            gift: _t("What was handed out?"),
        }[this.state.step];
    }

    get progress() {
        return _t("Step %(number)s of 3: %(question)s", {
            number: this.stepNumber,
            question: this.question,
        });
    }

    get faces() {
        const labels = [
            [_t("Much worse than expected"), _t("Much worse")],
            [_t("Worse than expected"), _t("Worse")],
            [_t("As expected"), _t("As expected")],
            [_t("Better than expected"), _t("Better")],
            [_t("Much better than expected"), _t("Much better")],
        ];
        return LEVELS.map((value, index) => ({
            value,
            level: index + 1,
            label: labels[index][0],
            name: labels[index][1],
        }));
    }

    get directions() {
        return [
            {
                value: "out",
                label: _t("Outgoing"),
                title: _t("We turned to the customer"),
                icon: "fa-arrow-up",
            },
            {
                value: "in",
                label: _t("Incoming"),
                title: _t("The customer turned to us"),
                icon: "fa-arrow-down",
            },
        ];
    }

    get purposes() {
        return [
            { value: "sale", label: _t("Sale") },
            { value: "service", label: _t("Service") },
            { value: "care", label: _t("Care") },
        ];
    }

    get giftLabel() {
        const { name, quantity } = this.state.gift;
        return _t("%(quantity)s × %(item)s", { quantity, item: name });
    }

    // -------------------------------------------------------------------------
    // Steps
    // -------------------------------------------------------------------------

    goTo(step) {
        this.moved = true;
        this.state.step = step;
    }

    goBack() {
        if (this.state.step === "gift") {
            this.goTo("result");
        } else if (this.state.step === "result") {
            this.goTo("stage");
        } else {
            this.reset();
            this.moved = true;
        }
    }

    reset() {
        Object.assign(this.state, this.emptyValues);
    }

    onChannelClick(channelId) {
        Object.assign(this.state, {
            channelId,
            direction: directionMemory.recall(channelId) || this.state.direction,
            logged: false,
            note: "",
        });
        this.goTo("stage");
    }

    onStageClick(stageId) {
        this.state.stageId = stageId;
        this.goTo("result");
    }

    onDirectionChange(direction) {
        this.state.direction = direction;
    }

    onGiftChosen(gift) {
        this.state.gift = gift;
        this.goTo("result");
    }

    // -------------------------------------------------------------------------
    // Keyboard
    // -------------------------------------------------------------------------

    get options() {
        return [...this.root.el.querySelectorAll(".o_crm_experience_option:not(:disabled)")];
    }

    onKeydown(ev) {
        if (ev.key === "Escape" && this.state.step !== "channel") {
            ev.stopPropagation();
            ev.preventDefault();
            this.goBack();
            return;
        }
        const options = this.options;
        const place = options.indexOf(ev.target);
        if (place >= 0 && ev.key in MOVES) {
            ev.preventDefault();
            options.at((place + MOVES[ev.key]) % options.length).focus();
        }
    }

    // -------------------------------------------------------------------------
    // Saving
    // -------------------------------------------------------------------------

    getValues(experience) {
        const { channelId, direction, purpose, stageId, gift } = this.state;
        const values = { channel_id: channelId, direction, purpose };
        if (stageId) {
            values.stage_id = stageId;
        }
        if (gift) {
            Object.assign(values, { gift_item_id: gift.id, gift_quantity: gift.quantity });
        }
        if (experience !== false) {
            // the faces compare with what was expected, so that is the middle of the scale
            Object.assign(values, { expectation: NEUTRAL, experience });
        }
        return values;
    }

    /** @param {number|false} experience 0 to 10; false where nobody knows how it was */
    async save(experience) {
        if (this.state.saving) {
            return;
        }
        this.state.saving = true;
        let item;
        try {
            item = await this.orm.call("crm.touchpoint", "log_contact", [
                this.props.resModel,
                this.props.resId,
                this.getValues(experience),
            ]);
        } finally {
            this.state.saving = false;
        }
        directionMemory.keep(this.state.channelId, this.state.direction);
        this.reset();
        this.moved = true;
        this.state.logged = item;
        this.notify(item, {
            canNote: this.props.isDialog,
            onChanged: () => this.onChanged(),
        });
        this.props.onLogged(item);
    }

    onChanged() {
        this.state.logged = false;
        this.props.onChanged();
    }

    async saveNote() {
        const summary = this.state.note.trim();
        if (!summary || this.state.saving) {
            return;
        }
        this.state.saving = true;
        try {
            await this.orm.write("crm.touchpoint", [this.state.logged.id], { summary });
        } finally {
            this.state.saving = false;
        }
        this.state.note = "";
        this.onChanged();
    }
}
