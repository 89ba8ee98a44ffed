import { formatMonetary } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { ReportAction } from "../report_action/report_action";
import { layOut } from "./pareto_layout";

/** Which few causes make most of the cases, or cost most: bars, and their running share. */
export class ParetoAction extends ReportAction {
    static template = "crm_experience.ParetoAction";
    static displayName = _t("Causes");
    static periods = [
        { days: 30, label: _t("30 days") },
        { days: 90, label: _t("90 days") },
        { days: 365, label: _t("1 year") },
        { days: 1095, label: _t("3 years") },
    ];
    static choices = { days: 90, measure: "count", kind: "", isCoarse: false };

    setup() {
        super.setup();
        this.kinds = [
            { kind: "", label: _t("All cases") },
            { kind: "complaint", label: _t("Complaints") },
            { kind: "question", label: _t("Questions") },
            { kind: "return", label: _t("Returns") },
            { kind: "problem", label: _t("Problems") },
        ];
    }

    fetch() {
        const { days, measure, kind, isCoarse } = this.choices;
        return this.orm.call("crm.case", "get_causes", [], {
            days,
            measure,
            kind,
            is_coarse: isCoarse,
        });
    }

    get chart() {
        return layOut(this.state.data.bars);
    }

    get sentence() {
        const vital = this.state.data.bars.filter((bar) => bar.is_vital);
        const share = this.percent(100 * (vital.at(-1)?.cumulative || 0));
        return vital.length === 1
            ? _t("One cause makes up %s.", share)
            : _t("%(count)s of %(all)s causes make up %(share)s.", {
                  count: vital.length,
                  all: this.state.data.bars.length,
                  share,
              });
    }

    format(value) {
        return this.choices.measure === "cost"
            ? formatMonetary(value, { currencyId: this.state.data.currency_id })
            : formatFloat(value, { digits: [16, 0] });
    }

    open(bar) {
        const { isCoarse, kind } = this.choices;
        return this.openRecords(bar.name, "crm.case", [
            ["cause_id", isCoarse ? "child_of" : "=", bar.id],
            ["date_open", ">=", this.state.data.since],
            ["state", "!=", "cancelled"],
            ...(kind ? [["kind", "=", kind]] : []),
        ]);
    }
}

registry.category("actions").add("crm_experience.pareto", ParetoAction);
