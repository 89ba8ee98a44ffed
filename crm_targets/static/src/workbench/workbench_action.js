import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDate, serializeDate, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { WorkbenchCard } from "./workbench_card";
import { describeDays, pickGranularity } from "./workbench_format";
import { WorkbenchLeaderboard } from "./workbench_leaderboard";
import { WorkbenchNext } from "./workbench_next";

const MODEL = "crm.target";
const GRANULARITY_KEY = "crm_targets.workbench.granularity";

/** The first screen of a salesperson: where they stand and what to do next. */
export class WorkbenchAction extends Component {
    static template = "crm_targets.WorkbenchAction";
    static components = { Layout, WorkbenchCard, WorkbenchLeaderboard, WorkbenchNext };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Workbench");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.store = useService("mail.store");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: { layoutActions: true } };
        this.describeDays = describeDays;
        const { action, state: left } = this.props;
        this.state = useState({
            userId: left?.userId || action.params?.user_id || false,
            date: left?.date || false,
            granularity: left?.granularity || browser.localStorage.getItem(GRANULARITY_KEY),
            status: "loading",
            message: "",
            workbench: null,
        });
        this.env.config.setDisplayName(WorkbenchAction.displayName.toString());
        useSetupAction({
            getLocalState: () => ({
                userId: this.state.userId,
                date: this.state.date,
                granularity: this.state.granularity,
            }),
        });
        onWillStart(() => {
            this.load();
        });
    }

    //--------------------------------------------------------------------------
    // Data
    //--------------------------------------------------------------------------

    async load() {
        this.state.status = this.state.workbench ? "reloading" : "loading";
        try {
            const workbench = await this.keepLast.add(
                this.orm.call(MODEL, "get_workbench", [this.state.userId, this.state.date])
            );
            const granularity = pickGranularity(workbench.periods, this.state.granularity);
            Object.assign(this.state, { workbench, granularity, status: "ready" });
        } catch (error) {
            const message = this.getErrorMessage(error);
            if (!message) {
                throw error;
            }
            Object.assign(this.state, { workbench: null, status: "error", message });
        }
    }

    getErrorMessage(error) {
        if (error instanceof ConnectionLostError) {
            return _t("The server cannot be reached. Check your connection and try again.");
        }
        return error instanceof RPCError ? error.data?.message || error.message : "";
    }

    get period() {
        return this.state.workbench.periods.find(
            ({ granularity }) => granularity === this.state.granularity
        );
    }

    get targets() {
        return this.period.indicators.filter((item) => item.has_target);
    }

    get figures() {
        return this.period.indicators.filter((item) => !item.has_target);
    }

    //--------------------------------------------------------------------------
    // Person and period
    //--------------------------------------------------------------------------

    get granularities() {
        return [
            { key: "week", label: _t("Week") },
            { key: "month", label: _t("Month") },
            { key: "quarter", label: _t("Quarter") },
            { key: "year", label: _t("Year") },
        ];
    }

    get hasPeople() {
        return this.state.workbench.people.length > 1;
    }

    selectGranularity(granularity) {
        this.state.granularity = granularity;
        browser.localStorage.setItem(GRANULARITY_KEY, granularity);
    }

    selectPerson(ev) {
        this.state.userId = Number(ev.target.value);
        this.load();
    }

    showOwn() {
        Object.assign(this.state, { userId: false, date: false });
        this.load();
    }

    get isLastPeriod() {
        return deserializeDate(this.period.date_to) >= today();
    }

    previousPeriod() {
        this.selectDay(deserializeDate(this.period.date_from).minus({ days: 1 }));
    }

    nextPeriod() {
        this.selectDay(deserializeDate(this.period.date_to).plus({ days: 1 }));
    }

    showToday() {
        this.state.date = false;
        this.load();
    }

    selectDay(day) {
        this.state.date = serializeDate(day);
        this.load();
    }

    //--------------------------------------------------------------------------
    // Actions
    //--------------------------------------------------------------------------

    openTarget(item) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: item.target_id,
            views: [[false, "form"]],
        });
    }

    createTarget() {
        const { workbench, granularity } = this.state;
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("New Target"),
            res_model: MODEL,
            views: [[false, "form"]],
            context: {
                default_scope: "person",
                default_user_id: workbench.user.id,
                default_granularity: granularity,
                default_date_from: this.period.date_from,
            },
        });
    }

    openThing(thing) {
        return this.action.doAction(thing.action);
    }

    async planThing(thing) {
        await this.store.scheduleActivity(thing.res_model, [thing.res_id]);
        await this.load();
    }

    async doneThing(thing) {
        await this.orm.call("mail.activity", "action_done", [[thing.activity_id]]);
        await this.load();
    }
}

registry.category("actions").add("crm_targets.workbench", WorkbenchAction);
