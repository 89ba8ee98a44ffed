import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { serializeDate, today } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";
import { KeepLast } from "@web/core/utils/concurrency";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { layOutFunnel, sayHours } from "./funnel_words";

/** How far customers come on their way to a goal, how long it takes, where they break off. */
export class FunnelAction extends Component {
    static template = "crm_experience.FunnelAction";
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Scenarios");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.sayHours = sayHours;
        this.periods = [
            { days: 90, label: _t("90 days") },
            { days: 365, label: _t("1 year") },
            { days: 0, label: _t("All") },
        ];
        this.state = useState({ scenarios: [], scenarioId: 0, days: 365, data: null });
        this.env.config.setDisplayName(FunnelAction.displayName.toString());
        onWillStart(() => this.start());
    }

    async start() {
        this.state.scenarios = await this.orm.searchRead("crm.scenario", [], ["name"]);
        const chosen = this.props.action.context?.active_scenario_id;
        this.state.scenarioId = chosen || this.state.scenarios[0]?.id || 0;
        await this.load();
    }

    async load(changes = {}) {
        Object.assign(this.state, changes);
        if (this.state.scenarioId) {
            this.state.data = await this.keepLast.add(
                this.orm.call("crm.scenario", "get_funnel", [this.state.scenarioId], {
                    date_from: this.dateFrom || "",
                })
            );
        }
    }

    get dateFrom() {
        const { days } = this.state;
        return days ? serializeDate(today().minus({ days })) : "";
    }

    get steps() {
        return layOutFunnel(this.state.data);
    }

    get sentence() {
        const { data } = this.state;
        const worst = this.steps.reduce((a, b) => (b.broken > a.broken ? b : a));
        if (!worst.broken) {
            return _t("%(done)s of %(begun)s customers reached the goal.", data);
        }
        return _t(
            "%(done)s of %(begun)s reached the goal. Most break off after “%(step)s”: %(broken)s.",
            { ...data, step: worst.name, broken: worst.broken }
        );
    }

    percent(share) {
        return `${formatFloat(share * 100, { digits: [16, 0] })} %`;
    }

    open(step, state) {
        const domain = [["scenario_id", "=", this.state.scenarioId]];
        if (step) {
            domain.push(["step_id", "=", step.id]);
        }
        if (state) {
            domain.push(["state", "=", state]);
        }
        if (this.dateFrom) {
            domain.push(["date_start", ">=", `${this.dateFrom} 00:00:00`]);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: step ? step.name : this.state.data.name,
            res_model: "crm.scenario.run",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
        });
    }
}

registry.category("actions").add("crm_experience.funnel", FunnelAction);
