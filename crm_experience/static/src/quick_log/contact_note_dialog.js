import { Component, useState } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus, useService } from "@web/core/utils/hooks";

/** What there is to say about a contact that was just logged. */
export class ContactNoteDialog extends Component {
    static template = "crm_experience.ContactNoteDialog";
    static components = { Dialog };
    static props = { item: Object, onSaved: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ summary: this.props.item.summary, saving: false });
        useAutofocus({ refName: "note", mobile: true });
    }

    async save() {
        this.state.saving = true;
        try {
            await this.orm.write("crm.touchpoint", [this.props.item.id], {
                summary: this.state.summary.trim(),
            });
        } finally {
            this.state.saving = false;
        }
        this.props.onSaved();
        this.props.close();
    }
}
