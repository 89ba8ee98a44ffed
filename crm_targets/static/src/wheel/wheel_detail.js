import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { deserializeDate, deserializeDateTime, formatDateTime, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { bandLabel, formatScore } from "./drawing/wheel_format";
import { WheelScore } from "./drawing/wheel_glyph";
import { WheelFigures } from "./wheel_figures";
import { WheelTrend } from "./wheel_trend";

/** How many periods the trend may show, by the period type of the scorecard; the first is shown. */
const RANGES = { week: [26, 52, 104], month: [12, 24, 36], quarter: [8, 12, 20], year: [5, 10] };

/** All about one indicator: figures, trend, what was said about it, and the way to its records. */
export class WheelDetail extends Component {
    static template = "crm_targets.WheelDetail";
    static components = { Dialog, WheelFigures, WheelScore, WheelTrend };
    static props = {
        indicator: Object,
        perspective: Object,
        scorecard: Object,
        compare: String,
        openRecords: Function,
        // something was said: the wheel shows it
        onComment: Function,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.words = useRef("words");
        this.keepLast = new KeepLast();
        this.ranges = RANGES[this.props.scorecard.granularity] ?? RANGES.week;
        const { comment } = this.props.indicator;
        const { earlier = [], ...latest } = comment ?? {};
        this.state = useState({
            range: this.ranges[0],
            history: null,
            comments: comment ? [latest, ...earlier] : [],
            text: "",
            refusal: "",
            saving: false,
        });
        const own = this.state.comments.find((item) => item.own);
        this.state.text = own?.text ?? "";
        onWillStart(() => {
            this.loadTrend(this.ranges[0]);
        });
    }

    get title() {
        return this.props.indicator.name;
    }

    get score() {
        const { has_score: hasScore, score, band } = this.props.indicator;
        return { band, text: hasScore ? formatScore(score) : bandLabel("none") };
    }

    get bandLabel() {
        return bandLabel(this.props.indicator.band);
    }

    get isFuture() {
        return deserializeDate(this.props.scorecard.date_from) > today();
    }

    rangeLabel(count) {
        const { granularity } = this.props.scorecard;
        const labels = {
            week: _t("%s weeks", count),
            month: _t("%s months", count),
            quarter: _t("%s quarters", count),
            year: _t("%s years", count),
        };
        return labels[granularity] ?? labels.week;
    }

    formatDate(comment) {
        return formatDateTime(deserializeDateTime(comment.date));
    }

    async loadTrend(range) {
        this.state.range = range;
        const { indicator, scorecard } = this.props;
        const { history } = await this.keepLast.add(
            this.orm.call("crm.scorecard", "get_history", [
                indicator.line_id,
                scorecard.date,
                range,
            ])
        );
        this.state.history = history;
    }

    async comment() {
        const { indicator, scorecard } = this.props;
        this.state.saving = true;
        this.state.refusal = "";
        try {
            const comment = await this.orm.call("crm.scorecard.comment", "comment", [
                indicator.line_id,
                this.state.text,
                scorecard.date,
            ]);
            const others = this.state.comments.filter(({ id }) => id !== comment.id);
            this.state.comments = [comment, ...others];
            this.props.onComment();
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.refusal = error.data?.message || error.message;
            this.words.el.focus();
        } finally {
            this.state.saving = false;
        }
    }

    openRecords() {
        this.props.close();
        this.props.openRecords(this.props.indicator);
    }
}
