import { Component } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";

const ICONS = { activity: "fa-clock-o", collection: "fa-money", hot: "fa-fire" };

/** What to do next: three things at most, each with its reason and one click away. */
export class WorkbenchNext extends Component {
    static template = "crm_targets.WorkbenchNext";
    static props = {
        things: Array,
        currencyId: Number,
        isOwn: Boolean,
        onOpen: Function,
        onPlan: Function,
        onDone: Function,
    };

    getIcon({ kind }) {
        return ICONS[kind];
    }

    getKind({ kind }) {
        return {
            activity: _t("Planned activity"),
            collection: _t("Payment due"),
            hot: _t("Hot customer"),
        }[kind];
    }

    formatAmount({ amount }) {
        return formatCurrency(amount, this.props.currencyId);
    }

    getLabels({ name }) {
        return {
            plan: _t("Plan an activity with %s", name),
            done: _t("Mark as done: %s", name),
        };
    }
}
