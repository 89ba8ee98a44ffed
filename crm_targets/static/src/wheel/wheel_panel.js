import { Component } from "@odoo/owl";
import {
    bandLabel,
    describeComparison,
    describeIndicator,
    describeTrend,
    formatDetail,
    formatScore,
    formatShare,
} from "./drawing/wheel_format";
import { WheelScore } from "./drawing/wheel_glyph";
import { WheelSparkline } from "./wheel_sparkline";

/** The wheel as a list: the same figures for reading, printing and small screens. */
export class WheelPanel extends Component {
    static template = "crm_targets.WheelPanel";
    static components = { WheelScore, WheelSparkline };
    static props = {
        wheel: Object,
        active: { type: [Number, { value: false }] },
        onActivate: Function,
        onOpen: Function,
    };

    setup() {
        this.formatDetail = formatDetail;
    }

    describe(indicator) {
        return describeIndicator(indicator, this.props.wheel.compare);
    }

    /** Against what the wheel is compared with, else against the previous period. */
    getChange(indicator) {
        return this.props.wheel.compare ? describeComparison(indicator) : describeTrend(indicator);
    }

    getShare({ weight }) {
        return formatShare(weight / 100);
    }

    getScore({ has_score: hasScore, score, band }) {
        return { band, text: hasScore ? formatScore(score) : "–" };
    }

    getScoreLabel({ has_score: hasScore, band }) {
        return hasScore ? bandLabel(band) : bandLabel("none");
    }
}
