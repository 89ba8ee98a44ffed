import { Component, onWillStart, useState } from "@odoo/owl";
import { formatMonetary } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { KeepLast } from "@web/core/utils/concurrency";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { layOut } from "./pareto_layout";

/** Which few causes make most of the cases, or cost most: bars, and their running share. */
export class ParetoAction extends Component {
    static template = "crm_experience.ParetoAction";
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Causes");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.periods = [
            { days: 30, label: _t("30 days") },
            { days: 90, label: _t("90 days") },
            { days: 365, label: _t("1 year") },
            { days: 1095, label: _t("3 years") },
        ];
        this.kinds = [
            { kind: "", label: _t("All cases") },
            { kind: "complaint", label: _t("Complaints") },
            { kind: "question", label: _t("Questions") },
            { kind: "return", label: _t("Returns") },
            { kind: "problem", label: _t("Problems") },
        ];
        this.state = useState({
            days: 90,
            measure: "count",
            kind: "",
            isCoarse: false,
            data: null,
        });
        this.env.config.setDisplayName(ParetoAction.displayName.toString());
        onWillStart(() => this.load());
    }

    async load(changes = {}) {
        Object.assign(this.state, changes);
        const { days, measure, kind, isCoarse } = this.state;
        this.state.data = await this.keepLast.add(
            this.orm.call("crm.case", "get_causes", [], {
                days,
                measure,
                kind,
                is_coarse: isCoarse,
            })
        );
    }

    get chart() {
        return layOut(this.state.data.bars);
    }

    get sentence() {
        const vital = this.state.data.bars.filter((bar) => bar.is_vital);
        const share = this.percent(vital.at(-1)?.cumulative || 0);
        return vital.length === 1
            ? _t("One cause makes up %s.", share)
            : _t("%(count)s of %(all)s causes make up %(share)s.", {
                  count: vital.length,
                  all: this.state.data.bars.length,
                  share,
              });
    }

    format(value) {
        return this.state.measure === "cost"
            ? formatMonetary(value, { currencyId: this.state.data.currency_id })
            : formatFloat(value, { digits: [16, 0] });
    }

    percent(share) {
        return `${formatFloat(share * 100, { digits: [16, 0] })} %`;
    }

    open(bar) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: bar.name,
            res_model: "crm.case",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [
                ["cause_id", this.state.isCoarse ? "child_of" : "=", bar.id],
                ["date_open", ">=", this.state.data.since],
                ["state", "!=", "cancelled"],
                ...(this.state.kind ? [["kind", "=", this.state.kind]] : []),
            ],
        });
    }
}

registry.category("actions").add("crm_experience.pareto", ParetoAction);
