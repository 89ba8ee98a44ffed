import { NotebookDialog } from "@crm_experience/notebook/notebook_dialog";

import { registry } from "@web/core/registry";

/** Opens the notebook on top of whatever is on the screen; on a phone it fills it. */
function openNotebook(env, action) {
    const { partner_id: partnerId, lead_id: leadId } = action.params || {};
    env.services.dialog.add(NotebookDialog, { partnerId, leadId: leadId || false });
}

registry.category("actions").add("crm_experience.notebook", openNotebook);
