import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { bandLabel, describeIndicator, describeScoreChange, formatScore } from "./wheel_format";
import { MAX_SCORE } from "./wheel_geometry";
import { GLYPHS } from "./wheel_glyph";
import { FULL, polar, ringPath } from "./wheel_paths";

const GAUGE = 12;

let nextId = 1;

/**
 * The steering wheel as an SVG. It draws and tells what happens to its segments; what that means
 * is up to who shows it. It needs neither a web client nor a session.
 */
export class WheelDrawing extends Component {
    static template = "crm_targets.WheelDrawing";
    static props = {
        wheel: Object,
        // as computed by `layoutWheel`
        layout: Object,
        // line of the indicator that is pointed at
        active: { type: [Number, { value: false }], optional: true },
        // index of the segment that takes part in the tab order
        current: { type: Number, optional: true },
        // handlers by event; without them the wheel is a picture
        on: { type: Object, optional: true },
    };

    setup() {
        this.id = `o_crm_targets_wheel_${nextId++}`;
        this.glyphs = GLYPHS;
        this.formatScore = formatScore;
        this.bandLabel = bandLabel;
    }

    send(event, ...args) {
        this.props.on?.[event]?.(...args);
    }

    describe(indicator) {
        return describeIndicator(indicator, this.props.wheel.compare);
    }

    get hub() {
        return this.props.layout.radii.hub;
    }

    get gaugePath() {
        const { score } = this.props.wheel;
        return score > 0 ? ringPath(this.hub - GAUGE, this.hub, 0, (score / MAX_SCORE) * FULL) : "";
    }

    get gaugeTrack() {
        return ringPath(this.hub - GAUGE, this.hub, 0, FULL);
    }

    /** Where the gauge ended in what is compared with. */
    get gaugeGhost() {
        const { has_compare_score: hasScore, compare_score: score } = this.props.wheel;
        if (!hasScore) {
            return "";
        }
        const angle = (score / MAX_SCORE) * FULL;
        return `M${polar(this.hub - GAUGE - 4, angle)}L${polar(this.hub + 3, angle)}`;
    }

    get change() {
        const { has_score: hasScore, has_compare_score: hasCompare } = this.props.wheel;
        return hasScore && hasCompare
            ? describeScoreChange(this.props.wheel.score - this.props.wheel.compare_score)
            : null;
    }

    get title() {
        const { scorecard, has_score: hasScore, score, band, compare } = this.props.wheel;
        if (!hasScore) {
            return _t("Steering wheel %(name)s, %(period)s: no score yet", {
                name: scorecard.name,
                period: scorecard.period_label,
            });
        }
        const title = _t("Steering wheel %(name)s, %(period)s: score %(score)s of 10, %(band)s", {
            name: scorecard.name,
            period: scorecard.period_label,
            score: formatScore(score),
            band: bandLabel(band),
        });
        return this.change
            ? _t("%(title)s, %(change)s against %(compare)s", {
                  title,
                  change: this.change.words,
                  compare,
              })
            : title;
    }
}
