import { QuickLogDialog } from "@crm_experience/quick_log/quick_log_dialog";

import { Component } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Opens the three taps: `<widget name="crm_experience_quick_log"/>` on the card or the form of a
 * customer, an opportunity or an order.
 */
export class QuickLogButton extends Component {
    static template = "crm_experience.QuickLogButton";
    static props = { ...standardWidgetProps, label: { type: Boolean, optional: true } };

    setup() {
        this.dialog = useService("dialog");
    }

    open() {
        const { record } = this.props;
        this.dialog.add(QuickLogDialog, {
            resModel: record.resModel,
            resId: record.resId,
            // a timeline on the same form reads itself again, as Odoo's chatter does
            onChanged: () =>
                this.env.bus.trigger("MAIL:RELOAD-THREAD", {
                    model: record.resModel,
                    id: record.resId,
                }),
        });
    }
}

registry.category("view_widgets").add("crm_experience_quick_log", {
    component: QuickLogButton,
    extractProps: ({ options }) => ({ label: Boolean(options.label) }),
});
