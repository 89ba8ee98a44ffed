import { Component } from "@odoo/owl";
import { describeComparison, describeTrend, formatValue } from "./drawing/wheel_format";

/** Value, target and what they are compared with, one below the other. */
export class WheelFigures extends Component {
    static template = "crm_targets.WheelFigures";
    static props = { indicator: Object, compare: String };

    setup() {
        this.formatValue = formatValue;
    }

    get trend() {
        return describeTrend(this.props.indicator);
    }

    get comparison() {
        return describeComparison(this.props.indicator);
    }
}
