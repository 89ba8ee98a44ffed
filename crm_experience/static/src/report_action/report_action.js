import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { serializeDate, today } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * A report that is read for a time of so many days: what is chosen, loading, and the records behind.
 *
 * A report says its `periods` and `choices`, and fetches its data. What was chosen is there again
 * for who comes back from the records.
 */
export class ReportAction extends Component {
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    static periods = [
        { days: 90, label: _t("90 days") },
        { days: 365, label: _t("1 year") },
        { days: 0, label: _t("All") },
    ];
    static choices = { days: 365 };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.periods = this.constructor.periods;
        this.choices = useState({ ...this.constructor.choices, ...this.props.state });
        this.state = useState({ data: null });
        this.env.config.setDisplayName(this.constructor.displayName.toString());
        useSetupAction({ getLocalState: () => ({ ...this.choices }) });
        onWillStart(() => this.start());
    }

    start() {
        return this.load();
    }

    async load(changes = {}) {
        Object.assign(this.choices, changes);
        this.state.data = await this.keepLast.add(this.fetch());
    }

    /** The data of what is chosen. */
    async fetch() {
        throw new Error("Not implemented");
    }

    get dateFrom() {
        const { days } = this.choices;
        return days ? serializeDate(today().minus({ days })) : "";
    }

    percent(value) {
        return `${formatFloat(value, { digits: [16, 0] })} %`;
    }

    openRecords(name, resModel, domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: resModel,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
        });
    }
}
