import { Component } from "@odoo/owl";
import { formatCompletion } from "./workbench_format";

/** How far everybody in the team has come with their own targets. */
export class WorkbenchLeaderboard extends Component {
    static template = "crm_targets.WorkbenchLeaderboard";
    static props = { leaderboard: Object };

    setup() {
        this.formatCompletion = formatCompletion;
    }

    getWidth({ completion }) {
        return Math.min(100, 100 * completion);
    }
}
