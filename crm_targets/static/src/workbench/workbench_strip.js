import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";
import { WorkbenchBar } from "./workbench_bar";
import {
    describeItem,
    describeToday,
    formatCompletion,
    formatEstimate,
    formatFigure,
    pickGranularity,
    statusLabel,
} from "./workbench_format";

const FOLDED_KEY = "crm_targets.workbench.strip_folded";

/**
 * One's own targets in a strip above the pipeline. It asks the server once, and not at all while it
 * is folded; the pipeline never waits for it.
 */
export class WorkbenchStrip extends Component {
    static template = "crm_targets.WorkbenchStrip";
    static components = { WorkbenchBar };
    static props = {};

    setup() {
        Object.assign(this, { formatCompletion, statusLabel });
        this.orm = useService("orm");
        this.action = useService("action");
        const folded = browser.localStorage.getItem(FOLDED_KEY);
        this.state = useState({
            // on a phone the cards of the pipeline need the room
            folded: folded === null ? this.env.isSmall : folded === "1",
            workbench: null,
        });
        onWillStart(() => {
            this.load();
        });
    }

    async load() {
        if (!this.state.folded && !this.state.workbench) {
            this.state.workbench = await this.orm.silent.call("crm.target", "get_workbench", []);
        }
    }

    get period() {
        const { periods } = this.state.workbench;
        const size = pickGranularity(periods);
        return periods.find(({ granularity }) => granularity === size);
    }

    get items() {
        return this.period.indicators.filter((item) => item.has_target);
    }

    format(item, value, unit) {
        return formatFigure({ ...item, unit }, value, this.state.workbench.currency_id);
    }

    estimate(item, value) {
        return formatEstimate({ ...item, unit: "" }, value, this.state.workbench.currency_id);
    }

    describe(item) {
        return describeItem(item, this.state.workbench.currency_id);
    }

    getToday(item) {
        return describeToday(item, this.state.workbench.currency_id);
    }

    toggle() {
        this.state.folded = !this.state.folded;
        browser.localStorage.setItem(FOLDED_KEY, this.state.folded ? "1" : "0");
        return this.load();
    }

    openWorkbench() {
        return this.action.doAction("crm_targets.crm_target_workbench_action");
    }
}
