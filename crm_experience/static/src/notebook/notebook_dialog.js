import { Notebook } from "@crm_experience/notebook/notebook";

import { Component } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";

export class NotebookDialog extends Component {
    static template = "crm_experience.NotebookDialog";
    static components = { Dialog, Notebook };
    static props = {
        partnerId: Number,
        leadId: [Number, { value: false }],
        close: Function,
    };
}
