import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import {
    bandLabel,
    describeScoreChange,
    formatScore,
    formatValue,
    legendItems,
} from "../wheel/drawing/wheel_format";
import { WheelGlyph, WheelScore } from "../wheel/drawing/wheel_glyph";
import { openRecordsOf } from "../wheel/wheel_records";
import { cellOf, columnsOf, sortRows } from "./heat_map_rows";

const MODEL = "crm.scorecard";

/** Scorecards beside their indicators, coloured by score: the outlier is seen at a glance. */
export class HeatMap extends Component {
    static template = "crm_targets.HeatMap";
    static components = { DateTimeInput, Layout, WheelGlyph, WheelScore };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Heat Map");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.table = useRef("table");
        this.legend = legendItems();
        this.cellOf = cellOf;
        this.display = { controlPanel: { layoutActions: true } };
        this.state = useState({
            date: false,
            scope: "",
            teamId: 0,
            order: { kind: "total", ascending: true },
            status: "loading",
            message: "",
            map: null,
            ...this.props.state,
        });
        this.env.config.setDisplayName(HeatMap.displayName.toString());
        useSetupAction({
            getLocalState: () => {
                const { date, scope, teamId, order } = this.state;
                return { date, scope, teamId, order: { ...order } };
            },
        });
        onWillStart(() => {
            this.load();
        });
    }

    //--------------------------------------------------------------------------
    // Data
    //--------------------------------------------------------------------------

    async load() {
        const { date, scope, teamId } = this.state;
        this.state.status = this.state.map ? "reloading" : "loading";
        try {
            const map = await this.keepLast.add(
                this.orm.call(MODEL, "get_heat_map", [], {
                    ...(date && { date }),
                    ...(scope && { scope }),
                    ...(teamId && { team_id: teamId }),
                })
            );
            Object.assign(this.state, { map, status: "ready" });
        } catch (error) {
            const message = this.getErrorMessage(error);
            if (!message) {
                throw error;
            }
            Object.assign(this.state, { map: null, status: "error", message });
        }
    }

    getErrorMessage(error) {
        if (error instanceof ConnectionLostError) {
            return _t("The server cannot be reached. Check your connection and try again.");
        }
        return error instanceof RPCError ? error.data?.message || error.message : "";
    }

    get columns() {
        return columnsOf(this.state.map.perspectives);
    }

    get rows() {
        return sortRows(this.state.map.scorecards, this.state.order);
    }

    get isFiltered() {
        return Boolean(this.state.scope || this.state.teamId);
    }

    get scopes() {
        return [
            { value: "", label: _t("All scorecards") },
            { value: "company", label: _t("Companies") },
            { value: "team", label: _t("Teams") },
            { value: "person", label: _t("People") },
        ];
    }

    get day() {
        return deserializeDate(this.state.date || this.state.map.date);
    }

    get hiddenCount() {
        return this.state.map.total_count - this.state.map.scorecards.length;
    }

    //--------------------------------------------------------------------------
    // Words
    //--------------------------------------------------------------------------

    getScore({ has_score: hasScore, score, band }) {
        return { band, text: hasScore ? formatScore(score) : "–" };
    }

    getChange(row) {
        return row.has_score_change ? describeScoreChange(row.score_change) : null;
    }

    getFigure(cell, column) {
        return formatValue({ ...cell, decimals: column.decimals }, cell.value);
    }

    describe(row, column) {
        const cell = cellOf(row, column);
        if (!cell) {
            return _t("%(indicator)s is not on the scorecard %(name)s", {
                indicator: column.name,
                name: row.name,
            });
        }
        const words = [];
        if (column.kind === "indicator") {
            words.push(
                cell.has_value
                    ? _t("value %s", this.getFigure(cell, column))
                    : _t("no value in this period")
            );
        }
        words.push(
            cell.has_score
                ? _t("score %(score)s of 10, %(band)s", {
                      score: formatScore(cell.score),
                      band: bandLabel(cell.band),
                  })
                : bandLabel("none")
        );
        return _t("%(name)s, %(indicator)s: %(description)s", {
            name: row.name,
            indicator: column.name,
            description: words.join(", "),
        });
    }

    //--------------------------------------------------------------------------
    // Order and filters
    //--------------------------------------------------------------------------

    isOrder({ kind, id }) {
        return this.state.order.kind === kind && this.state.order.id === id;
    }

    getAriaSort(column) {
        if (!this.isOrder(column)) {
            return "none";
        }
        return this.state.order.ascending ? "ascending" : "descending";
    }

    getOrderIcon(column) {
        if (!this.isOrder(column)) {
            return "fa-sort";
        }
        return this.state.order.ascending ? "fa-sort-asc" : "fa-sort-desc";
    }

    /** Worst first; once more turns it round. */
    orderBy({ kind, id }) {
        const ascending = !this.isOrder({ kind, id }) || !this.state.order.ascending;
        this.state.order = { kind, id, ascending };
    }

    filterBy(values) {
        Object.assign(this.state, values);
        return this.load();
    }

    selectTeam(value) {
        return this.filterBy({ teamId: Number(value) });
    }

    selectDay(day) {
        return day && this.filterBy({ date: serializeDate(day) });
    }

    //--------------------------------------------------------------------------
    // Actions
    //--------------------------------------------------------------------------

    openWheel(row) {
        return this.action.doAction({
            type: "ir.actions.client",
            tag: "crm_targets.wheel",
            params: { scorecard_id: row.id, date: this.state.date },
        });
    }

    async openCell(row, column) {
        const cell = cellOf(row, column);
        if (!cell) {
            return;
        }
        if (column.kind !== "indicator") {
            return this.openWheel(row);
        }
        await openRecordsOf(this, { line_id: cell.line_id, name: column.name }, this.state.date);
    }

    /** Arrows move between the cells; only the one that has the focus takes part in tabbing. */
    onKeydown(ev) {
        const steps = {
            ArrowRight: [0, 1],
            ArrowLeft: [0, -1],
            ArrowDown: [1, 0],
            ArrowUp: [-1, 0],
        };
        if (!(ev.key in steps)) {
            return;
        }
        const [down, right] = steps[ev.key];
        const cell = ev.target.closest("td, th");
        const row = cell?.parentElement;
        const rows = [...this.table.el.tBodies[0].rows];
        const next = rows[rows.indexOf(row) + down]?.cells[cell.cellIndex + right];
        const button = next?.querySelector("button");
        if (button) {
            ev.preventDefault();
            button.focus();
        }
    }
}

registry.category("actions").add("crm_targets.heat_map", HeatMap);
