import { Component } from "@odoo/owl";
import { describeTrend } from "../wheel/drawing/wheel_format";
import { WheelSparkline } from "../wheel/wheel_sparkline";
import { WorkbenchBar } from "./workbench_bar";
import {
    describeItem,
    describeToday,
    formatCompletion,
    formatEstimate,
    formatFigure,
    statusLabel,
} from "./workbench_format";

/** One indicator of a period: where it stands, where it is going, what is missing. */
export class WorkbenchCard extends Component {
    static template = "crm_targets.WorkbenchCard";
    static components = { WheelSparkline, WorkbenchBar };
    static props = { item: Object, currencyId: Number, onOpen: Function };

    setup() {
        Object.assign(this, { formatCompletion, statusLabel });
    }

    /** The unit stands beside the target; once is enough. */
    format(value, isShort = false) {
        const { item, currencyId } = this.props;
        return formatFigure(isShort ? { ...item, unit: "" } : item, value, currencyId);
    }

    estimate(value) {
        const { item, currencyId } = this.props;
        return formatEstimate({ ...item, unit: "" }, value, currencyId);
    }

    get description() {
        return describeItem(this.props.item, this.props.currencyId);
    }

    get today() {
        return describeToday(this.props.item, this.props.currencyId);
    }

    get trend() {
        return describeTrend(this.props.item);
    }

    open() {
        if (this.props.item.has_target) {
            this.props.onOpen(this.props.item);
        }
    }
}
