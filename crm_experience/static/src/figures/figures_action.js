import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { WithSearch } from "@web/search/with_search/with_search";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { formatCount, formatFigure, formatInterval, getBar, getScale, sortGroups } from "./figures_format";
import { FiguresTrend } from "./figures_trend";

const { DateTime } = luxon;
const MODEL = "crm.feedback";

/** Figures of answers: what is compared by what, over which time. */
export class Figures extends Component {
    static template = "crm_experience.Figures";
    static components = { FiguresTrend, Layout, SearchBar };
    static props = { domain: Array, initialState: { type: Object, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.searchBarToggler = useSearchBarToggler();
        this.display = { controlPanel: { layoutActions: true } };
        this.state = useState({
            metric: "nps",
            groupBy: "team",
            months: 12,
            status: "loading",
            message: "",
            choices: null,
            figures: null,
            trend: null,
            comments: null,
            ...this.props.initialState,
        });
        useSetupAction({
            getLocalState: () => {
                const { metric, groupBy, months } = this.state;
                return { metric, groupBy, months };
            },
        });
        onWillStart(() => {
            this.load(this.props.domain);
        });
        onWillUpdateProps((nextProps) => this.load(nextProps.domain));
    }

    //--------------------------------------------------------------------------
    // Data
    //--------------------------------------------------------------------------

    getDays() {
        if (!this.state.months) {
            return {};
        }
        const first = DateTime.now().minus({ months: this.state.months }).plus({ days: 1 });
        return { date_from: first.toISODate() };
    }

    async load(domain = this.props.domain) {
        const { metric, groupBy } = this.state;
        this.state.status = this.state.figures ? "reloading" : "loading";
        this.state.comments = null;
        const query = { domain, ...this.getDays() };
        const isTime = this.state.choices && this.isTime(groupBy);
        try {
            const [choices, figures, trend] = await this.keepLast.add(
                Promise.all([
                    this.state.choices || this.orm.call(MODEL, "get_figure_choices", []),
                    this.orm.call(MODEL, "get_figures", [metric, groupBy], query),
                    isTime ? null : this.orm.call(MODEL, "get_figures", [metric, "month"], query),
                ])
            );
            Object.assign(this.state, { choices, figures, status: "ready" });
            this.state.trend = figures.is_time ? figures : trend;
        } catch (error) {
            const message = this.getErrorMessage(error);
            if (!message) {
                throw error;
            }
            Object.assign(this.state, { figures: null, status: "error", message });
        }
    }

    getErrorMessage(error) {
        if (error instanceof ConnectionLostError) {
            return _t("The server cannot be reached. Check your connection and try again.");
        }
        return error instanceof RPCError ? error.data?.message || error.message : "";
    }

    async toggleComments() {
        if (this.state.comments) {
            this.state.comments = null;
            return;
        }
        this.state.comments = await this.orm.call(MODEL, "get_comments", [], {
            domain: this.props.domain,
            ...this.getDays(),
        });
    }

    select(values) {
        Object.assign(this.state, values);
        return this.load();
    }

    selectPeriod(months) {
        return this.select({ months: Number(months) });
    }

    //--------------------------------------------------------------------------
    // Words and shapes
    //--------------------------------------------------------------------------

    isTime(key) {
        return this.state.choices.groups.some((group) => group.key === key && group.is_time);
    }

    get groupSections() {
        const groups = this.state.choices.groups;
        return [
            {
                label: _t("Answers"),
                groups: groups.filter((group) => !group.is_time && !group.is_partner),
            },
            { label: _t("Time"), groups: groups.filter((group) => group.is_time) },
            { label: _t("Customer"), groups: groups.filter((group) => group.is_partner) },
        ];
    }

    get periods() {
        return [
            { months: 1, label: _t("Last month") },
            { months: 3, label: _t("Last 3 months") },
            { months: 12, label: _t("Last 12 months") },
            { months: 36, label: _t("Last 3 years") },
            { months: 0, label: _t("All time") },
        ];
    }

    get chosenMetric() {
        return this.state.choices.metrics.find(({ key }) => key === this.state.metric);
    }

    get metricLabel() {
        return this.chosenMetric.label;
    }

    get groupLabel() {
        return this.state.choices.groups.find(({ key }) => key === this.state.groupBy).label;
    }

    get rows() {
        const { figures } = this.state;
        const rest = figures.rest.group_count ? [{ key: "rest", isRest: true, ...figures.rest }] : [];
        const all = [...sortGroups(figures.groups, figures.is_time), ...rest];
        const scale = getScale(figures, all);
        return all.map((group) => ({
            ...group,
            ...(group.has_figure && getBar(scale, group)),
            zero: `left: ${scale.zero}%`,
        }));
    }

    format(value) {
        return formatFigure(this.state.metric, value);
    }

    formatInterval(figure) {
        return formatInterval(this.state.metric, figure);
    }

    formatCount(count) {
        return formatCount(count);
    }

    get commentsText() {
        return _t("Comments are shown from %(minimum)s on, so that one voice is not taken for all.", {
            minimum: this.state.comments.minimum,
        });
    }

    formatDay(date) {
        return formatDate(deserializeDateTime(date));
    }

    /** What is in the last line. */
    get restText() {
        const { minimum, rest } = this.state.figures;
        return rest.group_count === 1
            ? _t("One line with fewer than %(minimum)s answers", { minimum })
            : _t("%(count)s lines with fewer than %(minimum)s answers each, together", {
                  count: rest.group_count,
                  minimum,
              });
    }

    /** Nobody answered at all; weights that are missing are told beside the figure. */
    get isEmpty() {
        const { figures, metric } = this.state;
        return !figures.total.count && (metric !== "servqual" || figures.has_weights);
    }

    get hasTrend() {
        return Boolean(this.state.trend?.groups.length);
    }

    get emptyText() {
        const { figures, metric } = this.state;
        if (metric === "servqual" && !figures.has_weights) {
            return _t(
                "Split 100 points over the dimensions under Configuration → Dimensions to weigh them."
            );
        }
        return _t("A figure needs at least %(minimum)s answers. Take a longer time or fewer filters.", {
            minimum: figures.minimum,
        });
    }

    //--------------------------------------------------------------------------
    // Actions
    //--------------------------------------------------------------------------

    async openAnswers(groupBy, group) {
        const action = await this.orm.call(MODEL, "get_answers_action", [this.state.metric], {
            domain: this.props.domain,
            ...this.getDays(),
            ...(group && { group_by: groupBy, key: group.key }),
        });
        return this.action.doAction({
            ...action,
            name: group ? `${this.metricLabel}: ${group.label}` : this.metricLabel,
        });
    }
}

/** The filters of answers around their figures. */
export class FiguresAction extends Component {
    static template = "crm_experience.FiguresAction";
    static components = { Figures, WithSearch };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Satisfaction");

    setup() {
        const views = useService("view");
        this.env.config.setDisplayName(FiguresAction.displayName.toString());
        onWillStart(async () => {
            const searchViewId = this.props.action.params?.search_view_id || false;
            const description = await views.loadViews(
                { context: {}, resModel: MODEL, views: [[searchViewId, "search"]] },
                { actionId: this.env.config.actionId, loadIrFilters: true }
            );
            const search = description.views.search;
            this.searchProps = {
                resModel: MODEL,
                context: {},
                domain: [],
                searchViewArch: search.arch,
                searchViewFields: description.fields,
                searchViewId: search.id,
                irFilters: search.irFilters || [],
                searchMenuTypes: ["filter", "favorite"],
                globalState: this.props.globalState,
            };
        });
    }
}

registry.category("actions").add("crm_experience.figures", FiguresAction);
