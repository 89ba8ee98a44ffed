import { Component } from "@odoo/owl";
import { bandLabel, formatScore } from "./drawing/wheel_format";
import { WheelScore } from "./drawing/wheel_glyph";
import { WheelFigures } from "./wheel_figures";
import { WheelSparkline } from "./wheel_sparkline";

/** What is known about one indicator, beside its segment. */
export class WheelCard extends Component {
    static template = "crm_targets.WheelCard";
    static components = { WheelFigures, WheelScore, WheelSparkline };
    static props = {
        indicator: Object,
        perspective: Object,
        // what the wheel is compared with
        compare: String,
        close: Function,
    };

    get score() {
        const { has_score: hasScore, score, band } = this.props.indicator;
        return { band, text: hasScore ? formatScore(score) : bandLabel("none") };
    }
}
