import { Component } from "@odoo/owl";
import { sparkline } from "./wheel_geometry";

/** The recent history of an indicator as a small line; decoration, the figures stand beside it. */
export class WheelSparkline extends Component {
    static template = "crm_targets.WheelSparkline";
    static props = {
        indicator: Object,
        width: Number,
        height: Number,
        target: { type: Boolean, optional: true },
    };

    getShape() {
        const { indicator, width, height, target } = this.props;
        const values = indicator.history.map(({ value }) => value);
        const level = target && indicator.has_target ? indicator.target : undefined;
        return sparkline(values, width, height, level);
    }
}
