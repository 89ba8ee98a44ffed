import { QuickLog } from "@crm_experience/quick_log/quick_log";

import { Component, onWillStart } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";
import { useService } from "@web/core/utils/hooks";

/** The three taps wherever there is no timeline at hand: on a card, on a phone. */
export class QuickLogDialog extends Component {
    static template = "crm_experience.QuickLogDialog";
    static components = { Dialog, QuickLog };
    static props = {
        resModel: String,
        resId: Number,
        onChanged: { type: Function, optional: true },
        close: Function,
    };
    static defaultProps = { onChanged: () => {} };

    setup() {
        this.orm = useService("orm");
        onWillStart(async () => {
            this.options = await this.orm.call("crm.touchpoint", "get_log_options", [
                this.props.resModel,
                this.props.resId,
            ]);
        });
    }

    onLogged() {
        this.props.onChanged();
        this.props.close();
    }
}
