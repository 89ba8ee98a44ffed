import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { ReportAction } from "../report_action/report_action";
import { layOutFunnel, sayHours } from "./funnel_words";

/** How far customers come on their way to a goal, how long it takes, where they break off. */
export class FunnelAction extends ReportAction {
    static template = "crm_experience.FunnelAction";
    static displayName = _t("Scenarios");
    static choices = { days: 365, scenarioId: 0 };

    setup() {
        super.setup();
        this.sayHours = sayHours;
    }

    async start() {
        [this.scenarios, this.isAdmin] = await Promise.all([
            this.orm.searchRead("crm.scenario", [], ["name"]),
            user.hasGroup("crm_experience.group_crm_experience_admin"),
        ]);
        const scenarioId =
            this.choices.scenarioId ||
            this.props.action.context?.active_scenario_id ||
            this.scenarios[0]?.id ||
            0;
        await this.load({ scenarioId });
    }

    async fetch() {
        const { scenarioId } = this.choices;
        if (!scenarioId) {
            return null;
        }
        return this.orm.call("crm.scenario", "get_funnel", [scenarioId], {
            date_from: this.dateFrom,
        });
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

    open(step, state) {
        return this.openRecords(step ? step.name : this.state.data.name, "crm.scenario.run", [
            ["scenario_id", "=", this.choices.scenarioId],
            ...(step ? [["step_id", "=", step.id]] : []),
            ...(state ? [["state", "=", state]] : []),
            ...(this.dateFrom ? [["date_start", ">=", `${this.dateFrom} 00:00:00`]] : []),
        ]);
    }
}

registry.category("actions").add("crm_experience.funnel", FunnelAction);
