import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { bandLabel, describeScoreChange, formatScore } from "../wheel/drawing/wheel_format";
import { bandOf } from "../wheel/drawing/wheel_geometry";
import { WheelScore } from "../wheel/drawing/wheel_glyph";

/** A score as a chip with the colour and the mark of its band; a dash where there is none. */
export class ScoreField extends Component {
    static template = "crm_targets.ScoreField";
    static components = { WheelScore };
    static props = { ...standardFieldProps };

    get hasScore() {
        return this.props.record.data.has_current_score;
    }

    get score() {
        const value = this.props.record.data[this.props.name];
        return this.hasScore
            ? { band: bandOf(value), text: formatScore(value) }
            : { band: "none", text: "–" };
    }

    get label() {
        return bandLabel(this.score.band);
    }
}

/** By how much a score has changed, with an arrow; nothing where there is no score. */
export class ScoreChangeField extends Component {
    static template = "crm_targets.ScoreChangeField";
    static props = { ...standardFieldProps };

    get change() {
        const { data } = this.props.record;
        return data.has_current_score ? describeScoreChange(data[this.props.name]) : null;
    }
}

const dependencies = [{ name: "has_current_score", type: "boolean" }];

registry.category("fields").add("crm_targets_score", {
    component: ScoreField,
    displayName: _t("Score"),
    supportedTypes: ["float"],
    fieldDependencies: dependencies,
});
registry.category("fields").add("crm_targets_change", {
    component: ScoreChangeField,
    displayName: _t("Change of a score"),
    supportedTypes: ["float"],
    fieldDependencies: dependencies,
});
