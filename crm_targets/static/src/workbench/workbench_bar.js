import { Component } from "@odoo/owl";
import { barShape } from "./workbench_format";

/** How much of a target is reached, with a mark where it should be today; words stand beside it. */
export class WorkbenchBar extends Component {
    static template = "crm_targets.WorkbenchBar";
    static props = { item: Object };

    get shape() {
        return barShape(this.props.item);
    }
}
