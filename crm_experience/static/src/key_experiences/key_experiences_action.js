import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { KeyExperiencePicture } from "./key_experience_picture";

const MODEL = "crm.key.experience";
const KIND_CLASSES = {
    basic: "text-bg-danger",
    loyalty: "text-bg-success",
    irritant: "text-bg-warning",
    indifferent: "text-bg-secondary",
};

/** What makes customers loyal, and how well we do there. */
export class KeyExperiences extends Component {
    static template = "crm_experience.KeyExperiences";
    static components = { KeyExperiencePicture, Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Key Experiences");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: { layoutActions: true } };
        this.state = useState({
            analysisId: this.props.action.params?.analysis_id || false,
            runId: false,
            status: "loading",
            message: "",
            picture: null,
            selected: 0,
            ...this.props.state,
        });
        this.env.config.setDisplayName(KeyExperiences.displayName.toString());
        useSetupAction({
            getLocalState: () => {
                const { analysisId, runId } = this.state;
                return { analysisId, runId };
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
        const { analysisId, runId } = this.state;
        this.state.status = this.state.picture ? "reloading" : "loading";
        try {
            const picture = await this.keepLast.add(
                this.orm.call(MODEL, "get_picture", [], {
                    ...(analysisId && { analysis_id: analysisId }),
                    ...(runId && { run_id: runId }),
                })
            );
            Object.assign(this.state, {
                picture,
                analysisId: picture.analysis_id,
                status: "ready",
                selected: 0,
            });
        } catch (error) {
            const message = this.getErrorMessage(error);
            if (!message) {
                throw error;
            }
            Object.assign(this.state, { picture: null, status: "error", message });
        }
    }

    getErrorMessage(error) {
        if (error instanceof ConnectionLostError) {
            return _t("The server cannot be reached. Check your connection and try again.");
        }
        return error instanceof RPCError ? error.data?.message || error.message : "";
    }

    select(values) {
        Object.assign(this.state, values);
        return this.load();
    }

    selectAnalysis(id) {
        return this.select({ analysisId: Number(id), runId: false });
    }

    selectRun(id) {
        return this.select({ runId: Number(id) });
    }

    async run() {
        this.state.status = "reloading";
        await this.orm.call(MODEL, "action_run", [[this.state.analysisId]]);
        return this.select({ runId: false });
    }

    //--------------------------------------------------------------------------
    // Words
    //--------------------------------------------------------------------------

    get current() {
        return this.state.picture.run;
    }

    get ranked() {
        return this.current.effects.filter((effect) => effect.is_ranked);
    }

    get others() {
        return this.current.effects.filter((effect) => !effect.is_ranked);
    }

    get kindClasses() {
        return KIND_CLASSES;
    }

    formatDate(date) {
        return formatDateTime(deserializeDateTime(date));
    }

    format(value, digits = 1) {
        return formatFloat(value, { digits: [16, digits] });
    }

    getAnswersText(effect) {
        return _t("Answers of %(count)s customers", { count: effect.customer_count });
    }

    getPerformanceText(effect) {
        return _t(
            "How well we do: %(performance)s of 10 (95 %: %(low)s to %(high)s), high for %(share)s %",
            {
                performance: this.format(effect.performance),
                low: this.format(effect.performance_low),
                high: this.format(effect.performance_high),
                share: this.format(effect.top_share, 0),
            }
        );
    }

    get runText() {
        const { user, date } = this.current;
        return _t("Run by %(user)s, %(date)s", { user, date: this.formatDate(date) });
    }

    get targetText() {
        const { target, target_mean: mean, repeat_months: months } = this.current;
        if (target === "repeat") {
            return _t("%(share)s % bought again within %(months)s months", {
                share: this.format(mean, 0),
                months,
            });
        }
        return _t("NPS %(nps)s", { nps: this.format(mean, 0) });
    }

    //--------------------------------------------------------------------------
    // Actions
    //--------------------------------------------------------------------------

    selectEffect(effect) {
        this.state.selected = effect.id;
    }

    async openAnswers(effect) {
        const action = await this.orm.call("crm.key.experience.effect", "action_view_answers", [
            [effect.id],
        ]);
        return this.action.doAction(action);
    }

    openAnalyses() {
        return this.action.doAction("crm_experience.crm_key_experience_action");
    }
}

registry.category("actions").add("crm_experience.key_experiences", KeyExperiences);
