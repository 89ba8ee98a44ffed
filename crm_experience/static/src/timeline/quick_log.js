import { SatisfactionFace } from "@crm_experience/timeline/satisfaction_face";
import { LEVELS, NEUTRAL } from "@crm_experience/timeline/timeline_items";

import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { uniqueId } from "@web/core/utils/functions";

/** Writes a contact down in three taps: channel, how it went, Save. All else is optional. */
export class QuickLog extends Component {
    static template = "crm_experience.QuickLog";
    static components = { SatisfactionFace };
    static props = {
        resModel: String,
        resId: Number,
        channels: Array,
        stages: Array,
        canRate: Boolean,
        onLogged: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.uid = uniqueId("o_crm_experience_log_");
        this.state = useState({ saving: false, ...this.emptyValues });
    }

    get emptyValues() {
        return {
            channelId: false,
            direction: "out",
            purpose: this.props.resModel === "crm.lead" ? "sale" : "service",
            stageId: false,
            experience: false,
            summary: "",
        };
    }

    get channel() {
        return this.props.channels.find((channel) => channel.id === this.state.channelId);
    }

    get faces() {
        const labels = [
            _t("Much worse than expected"),
            _t("Worse than expected"),
            _t("As expected"),
            _t("Better than expected"),
            _t("Much better than expected"),
        ];
        return LEVELS.map((value, index) => ({ value, level: index + 1, label: labels[index] }));
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

    onChannelClick(channelId) {
        if (this.state.channelId === channelId) {
            this.reset();
        } else {
            this.state.channelId = channelId;
        }
    }

    /** A second tap on the same answer takes it back. */
    onFaceClick(value) {
        this.state.experience = this.state.experience === value ? false : value;
    }

    onStageChange(ev) {
        this.state.stageId = Number(ev.target.value) || false;
    }

    onKeydown(ev) {
        if (ev.key === "Escape" && this.state.channelId) {
            ev.stopPropagation();
            this.reset();
        }
    }

    reset() {
        Object.assign(this.state, this.emptyValues);
    }

    get values() {
        const { channelId, direction, purpose, stageId, experience } = this.state;
        const values = {
            channel_id: channelId,
            direction,
            purpose,
            summary: this.state.summary.trim(),
        };
        if (stageId) {
            values.stage_id = stageId;
        }
        if (experience !== false) {
            // the faces compare with what was expected, so that is the middle of the scale
            values.expectation = NEUTRAL;
            values.experience = experience;
        }
        return values;
    }

    async save() {
        if (this.state.saving) {
            return;
        }
        this.state.saving = true;
        let item;
        try {
            item = await this.orm.call("crm.touchpoint", "log_contact", [
                this.props.resModel,
                this.props.resId,
                this.values,
            ]);
        } finally {
            this.state.saving = false;
        }
        this.reset();
        this.props.onLogged(item);
    }
}
