import { Component, onWillStart, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { WheelChart } from "./wheel_chart";
import { legendItems } from "./wheel_format";
import { WheelGlyph } from "./wheel_glyph";
import { WheelPanel } from "./wheel_panel";

const MODEL = "crm.scorecard";

/**
 * The steering wheel of a scorecard: loads it, steps through its periods and opens the records
 * behind its figures.
 */
export class WheelAction extends Component {
    static template = "crm_targets.WheelAction";
    static components = {
        DateTimeInput,
        Layout,
        RecordSelector,
        WheelChart,
        WheelGlyph,
        WheelPanel,
    };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Steering Wheel");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.keepLast = new KeepLast();
        this.legend = legendItems();
        this.display = { controlPanel: { layoutActions: true } };
        const { action, state: left } = this.props;
        this.state = useState({
            // as it was when the records behind a figure were opened, else as asked by the caller
            scorecardId:
                left?.scorecardId ||
                action.params?.scorecard_id ||
                action.context?.active_id ||
                false,
            date: left?.date || action.params?.date || false,
            status: "loading",
            message: "",
            wheel: null,
            active: false,
        });
        // whichever way it was opened, and whichever scorecard is chosen here
        this.env.config.setDisplayName(WheelAction.displayName.toString());
        useSetupAction({
            getLocalState: () => ({ scorecardId: this.state.scorecardId, date: this.state.date }),
        });
        onWillStart(async () => {
            this.isAdmin = await user.hasGroup("crm_targets.group_crm_targets_admin");
            this.load();
        });
    }

    //--------------------------------------------------------------------------
    // Data
    //--------------------------------------------------------------------------

    async load() {
        this.state.status = this.state.wheel ? "reloading" : "loading";
        try {
            const wheel = await this.keepLast.add(this.fetchWheel());
            Object.assign(this.state, { wheel, status: wheel ? "ready" : "no_scorecard" });
        } catch (error) {
            const message = this.getErrorMessage(error);
            if (!message) {
                throw error;
            }
            Object.assign(this.state, { wheel: null, status: "error", message });
        }
    }

    async fetchWheel() {
        if (!this.state.scorecardId) {
            [this.state.scorecardId = false] = await this.orm.search(MODEL, [], { limit: 1 });
        }
        if (!this.state.scorecardId) {
            return null;
        }
        this.props.updateActionState?.({ active_id: this.state.scorecardId });
        return this.orm.call(MODEL, "get_wheel", [this.state.scorecardId, ...this.dateArgument]);
    }

    /** The server picks the period when no day was asked for. */
    get dateArgument() {
        return this.state.date ? [this.state.date] : [];
    }

    getErrorMessage(error) {
        if (error instanceof ConnectionLostError) {
            return _t("The server cannot be reached. Check your connection and try again.");
        }
        return error instanceof RPCError ? error.data?.message || error.message : "";
    }

    get indicators() {
        return this.state.wheel.perspectives.flatMap(({ indicators }) => indicators);
    }

    get isEmpty() {
        return !this.indicators.length;
    }

    /** So many indicators that their list on paper must do without pictures. */
    get isDense() {
        return this.indicators.length > 24;
    }

    get hasValues() {
        return this.indicators.some((indicator) => indicator.has_value);
    }

    //--------------------------------------------------------------------------
    // Scorecard and period
    //--------------------------------------------------------------------------

    selectScorecard(scorecardId) {
        if (scorecardId && scorecardId !== this.state.scorecardId) {
            Object.assign(this.state, { scorecardId, active: false });
            this.load();
        }
    }

    get day() {
        return deserializeDate(this.state.date || this.state.wheel.scorecard.date);
    }

    get isLastPeriod() {
        return deserializeDate(this.state.wheel.scorecard.date_to) >= today();
    }

    selectDay(day) {
        if (day) {
            this.state.date = serializeDate(day);
            this.load();
        }
    }

    previousPeriod() {
        this.selectDay(deserializeDate(this.state.wheel.scorecard.date_from).minus({ days: 1 }));
    }

    nextPeriod() {
        this.selectDay(deserializeDate(this.state.wheel.scorecard.date_to).plus({ days: 1 }));
    }

    showToday() {
        this.state.date = false;
        this.load();
    }

    //--------------------------------------------------------------------------
    // Actions
    //--------------------------------------------------------------------------

    activate(lineId) {
        this.state.active = lineId;
    }

    async openRecords(indicator) {
        const result = await this.orm.call(MODEL, "get_records_action", [
            indicator.line_id,
            ...this.dateArgument,
        ]);
        if (result.visible_count < result.total_count) {
            this.notification.add(
                _t("You may see %(visible)s of %(total)s records.", {
                    visible: result.visible_count,
                    total: result.total_count,
                }),
                { type: "info" }
            );
        } else if (!result.action) {
            this.notification.add(_t("There are no records behind “%s”.", indicator.name), {
                type: "info",
            });
        }
        if (result.action) {
            await this.action.doAction(result.action);
        }
    }

    async measure() {
        this.ui.block();
        try {
            await this.orm.call("crm.indicator", "refresh", []);
        } finally {
            this.ui.unblock();
        }
        await this.load();
    }

    openScorecards() {
        return this.action.doAction("crm_targets.crm_scorecard_action");
    }

    openScorecard() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: this.state.scorecardId,
            views: [[false, "form"]],
        });
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("crm_targets.wheel", WheelAction);
