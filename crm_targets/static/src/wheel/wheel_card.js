import { Component } from "@odoo/owl";
import { describeTrend, formatScore, formatValue, bandLabel } from "./wheel_format";
import { WheelScore } from "./wheel_glyph";
import { WheelSparkline } from "./wheel_sparkline";

/** What is known about one indicator, beside its segment. */
export class WheelCard extends Component {
    static template = "crm_targets.WheelCard";
    static components = { WheelScore, WheelSparkline };
    static props = {
        indicator: Object,
        perspective: Object,
        // a finger cannot hover: for it the card holds the button that opens the records
        onOpen: { type: Function, optional: true },
        close: Function,
    };

    setup() {
        this.formatValue = formatValue;
    }

    get score() {
        const { has_score: hasScore, score, band } = this.props.indicator;
        return { band, text: hasScore ? formatScore(score) : bandLabel("none") };
    }

    get trend() {
        return describeTrend(this.props.indicator);
    }

    open() {
        this.props.close();
        this.props.onOpen();
    }
}
