import { _t } from "@web/core/l10n/translation";
import { formatCurrency } from "@web/core/currency";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { ReportAction } from "../report_action/report_action";

/** Why customers leave us, beside why they leave elsewhere. */
export class LossReasonsAction extends ReportAction {
    static template = "crm_experience.LossReasonsAction";
    static displayName = _t("Why Customers Leave");
    static choices = { days: 365, teamId: 0 };

    async start() {
        const [teams, isAdmin] = await Promise.all([
            this.orm.searchRead("crm.team", [], ["display_name"]),
            user.hasGroup("crm_experience.group_crm_experience_admin"),
            super.start(),
        ]);
        Object.assign(this, { teams, isAdmin });
    }

    fetch() {
        return this.orm.call("crm.customer.loss", "get_reasons", [], {
            date_from: this.dateFrom,
            team_id: this.choices.teamId || false,
        });
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

    sayInterval(row) {
        return _t("By chance alone it could be anything from %(low)s to %(high)s.", {
            low: this.percent(row.low),
            high: this.percent(row.high),
        });
    }

    open(reason) {
        const { teamId } = this.choices;
        return this.openRecords(reason.name, "crm.customer.loss", [
            ["reason_id", "child_of", reason.id],
            ...(this.dateFrom ? [["date", ">=", this.dateFrom]] : []),
            ...(teamId ? [["team_id", "child_of", teamId]] : []),
        ]);
    }
}

registry.category("actions").add("crm_experience.loss_reasons", LossReasonsAction);
