import { crmKanbanView } from "@crm/views/crm_kanban/crm_kanban_view";
import { onWillStart } from "@odoo/owl";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { WorkbenchStrip } from "./workbench_strip";

// Views of other modules that extend the pipeline extend its controller: they show the strip as
// well, unless they bring a template or components of their own, which are left alone.
const { Controller } = crmKanbanView;
Controller.template = "crm_targets.CrmKanbanView";
Controller.components = { ...Controller.components, WorkbenchStrip };

patch(Controller.prototype, {
    setup() {
        super.setup(...arguments);
        this.hasWorkbenchStrip = false;
        const { resModel, context } = this.props;
        const isPipeline =
            resModel === "crm.lead" &&
            context.default_type === "opportunity" &&
            !context.forecast_field &&
            !this.env.inDialog &&
            "WorkbenchStrip" in this.constructor.components;
        onWillStart(async () => {
            // known since the page was loaded: nobody is asked for it
            this.hasWorkbenchStrip =
                isPipeline && (await user.hasGroup("crm_targets.group_crm_targets_user"));
        });
    },
});
