import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { serializeDate, today } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";
import { formatCurrency } from "@web/core/currency";
import { KeepLast } from "@web/core/utils/concurrency";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { user } from "@web/core/user";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Why customers leave us, beside why they leave elsewhere. */
export class LossReasonsAction extends Component {
    static template = "crm_experience.LossReasonsAction";
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Why Customers Leave");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.periods = [
            { days: 90, label: _t("90 days") },
            { days: 365, label: _t("1 year") },
            { days: 0, label: _t("All") },
        ];
        this.state = useState({ days: 365, teamId: 0, data: null });
        this.env.config.setDisplayName(LossReasonsAction.displayName.toString());
        onWillStart(async () => {
            const [teams, isAdmin] = await Promise.all([
                this.orm.searchRead("crm.team", [], ["display_name"]),
                user.hasGroup("crm_experience.group_crm_experience_admin"),
                this.load(),
            ]);
            Object.assign(this, { teams, isAdmin });
        });
    }

    async load(changes = {}) {
        Object.assign(this.state, changes);
        this.state.data = await this.keepLast.add(
            this.orm.call("crm.customer.loss", "get_reasons", [], {
                date_from: this.dateFrom,
                team_id: this.state.teamId || false,
            })
        );
    }

    get dateFrom() {
        const { days } = this.state;
        return days ? serializeDate(today().minus({ days })) : "";
    }

    get sentence() {
        const { count, won_back, has_value, value, currency_id } = this.state.data;
        const words = { count, back: won_back };
        if (has_value && value) {
            words.value = formatCurrency(value, currency_id, { digits: [16, 0] });
            return _t("%(count)s lost, worth %(value)s a year. %(back)s of them came back.", words);
        }
        return _t("%(count)s lost. %(back)s of them came back.", words);
    }

    /** Both bars on one scale, so that the longest of all fills the width. */
    get reasons() {
        const { reasons } = this.state.data;
        const most = Math.max(1, ...reasons.flatMap((row) => [row.percent, row.reference]));
        return reasons.map((row) => ({
            ...row,
            width: (100 * row.percent) / most,
            referenceWidth: (100 * row.reference) / most,
        }));
    }

    percent(value) {
        return `${formatFloat(value, { digits: [16, 0] })} %`;
    }

    sayInterval(row) {
        return _t("By chance alone it could be anything from %(low)s to %(high)s.", {
            low: this.percent(row.low),
            high: this.percent(row.high),
        });
    }

    open(reason) {
        const domain = [["reason_id", "child_of", reason.id]];
        if (this.dateFrom) {
            domain.push(["date", ">=", this.dateFrom]);
        }
        if (this.state.teamId) {
            domain.push(["team_id", "child_of", this.state.teamId]);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: reason.name,
            res_model: "crm.customer.loss",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
        });
    }
}

registry.category("actions").add("crm_experience.loss_reasons", LossReasonsAction);
