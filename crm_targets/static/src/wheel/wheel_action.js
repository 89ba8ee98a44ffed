import { Component, onWillStart, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
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
import { legendItems } from "./drawing/wheel_format";
import { WheelGlyph } from "./drawing/wheel_glyph";
import { WheelBelow } from "./wheel_below";
import { WheelChart } from "./wheel_chart";
import { WheelCompare } from "./wheel_compare";
import { WheelDetail } from "./wheel_detail";
import { WheelPanel } from "./wheel_panel";
import { openRecordsOf } from "./wheel_records";
import { WheelTable } from "./wheel_table";

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
        WheelBelow,
        WheelChart,
        WheelCompare,
        WheelGlyph,
        WheelPanel,
        WheelTable,
    };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Steering Wheel");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
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
            compare: left?.compare || action.params?.compare || false,
            asTable: left?.asTable || false,
            status: "loading",
            message: "",
            wheel: null,
            below: null,
            active: false,
        });
        // whichever way it was opened, and whichever scorecard is chosen here
        this.env.config.setDisplayName(WheelAction.displayName.toString());
        useSetupAction({
            getLocalState: () => {
                const { scorecardId, date, compare, asTable } = this.state;
                return { scorecardId, date, compare, asTable };
            },
        });
        onWillStart(async () => {
            [this.isAdmin, this.isLead] = await Promise.all(
                ["admin", "lead"].map((role) =>
                    user.hasGroup(`crm_targets.group_crm_targets_${role}`)
                )
            );
            this.load();
        });
    }

    //--------------------------------------------------------------------------
    // Data
    //--------------------------------------------------------------------------

    async load() {
        this.state.status = this.state.wheel ? "reloading" : "loading";
        try {
            const [wheel, below] = await this.keepLast.add(this.fetchWheel());
            Object.assign(this.state, { wheel, below, status: wheel ? "ready" : "no_scorecard" });
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
            return [null, null];
        }
        this.props.updateActionState?.({ active_id: this.state.scorecardId });
        const { scorecardId, date, compare } = this.state;
        return Promise.all([
            this.orm.call(MODEL, "get_wheel", [
                scorecardId,
                ...(date || compare ? [date] : []),
                ...(compare ? [compare] : []),
            ]),
            this.orm.call(MODEL, "get_below", [scorecardId, ...(date ? [date] : [])]),
        ]);
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

    get hasBelow() {
        return Boolean(this.state.below?.scorecards.length);
    }

    get hasValues() {
        return this.indicators.some((indicator) => indicator.has_value);
    }

    //--------------------------------------------------------------------------
    // Scorecard and period
    //--------------------------------------------------------------------------

    selectScorecard(scorecardId) {
        if (scorecardId && scorecardId !== this.state.scorecardId) {
            const compare = this.state.compare === scorecardId ? false : this.state.compare;
            Object.assign(this.state, { scorecardId, compare, active: false });
            this.load();
        }
    }

    selectCompare(compare) {
        this.state.compare = compare;
        this.load();
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

    openDetail(indicator) {
        const { wheel } = this.state;
        this.dialog.add(WheelDetail, {
            indicator,
            perspective: wheel.perspectives.find(({ indicators }) =>
                indicators.some(({ line_id: lineId }) => lineId === indicator.line_id)
            ),
            scorecard: wheel.scorecard,
            compare: wheel.compare,
            openRecords: (shown) => this.openRecords(shown),
            onComment: () => this.load(),
        });
    }

    openRecords(indicator) {
        return openRecordsOf(this, indicator, this.state.date);
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

    /** A link that anybody can use is given out knowingly. */
    async openPoster() {
        const ids = [this.state.scorecardId];
        const open = async () =>
            this.action.doAction(await this.orm.call(MODEL, "action_open_poster", [ids]));
        const [{ poster_url: url }] = await this.orm.read(MODEL, ids, ["poster_url"]);
        if (url) {
            return open();
        }
        this.dialog.add(ConfirmationDialog, {
            title: _t("Publish a poster?"),
            body: _t(
                "The wheel gets a link for a screen in the shop. Whoever has it sees the wheel without signing in, until you revoke it on the scorecard."
            ),
            confirmLabel: _t("Publish"),
            confirm: open,
            cancel: () => {},
        });
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("crm_targets.wheel", WheelAction);
