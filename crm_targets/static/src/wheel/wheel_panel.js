import { Component } from "@odoo/owl";
import { formatPercentage } from "@web/views/fields/formatters";
import {
    bandLabel,
    describeIndicator,
    describeTrend,
    formatDetail,
    formatScore,
} from "./wheel_format";
import { WheelScore } from "./wheel_glyph";
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
        this.describe = describeIndicator;
        this.describeTrend = describeTrend;
        this.formatDetail = formatDetail;
    }

    getShare({ weight }) {
        return formatPercentage(weight / 100, { digits: [16, 0] });
    }

    getScore({ has_score: hasScore, score, band }) {
        return { band, text: hasScore ? formatScore(score) : "–" };
    }

    getScoreLabel({ has_score: hasScore, band }) {
        return hasScore ? bandLabel(band) : bandLabel("none");
    }
}
