import { Component, useState } from "@odoo/owl";

import { deserializeDate, deserializeDateTime, formatDate } from "@web/core/l10n/dates";

const ICONS = {
    case: "fa-exclamation-circle",
    promise: "fa-handshake-o",
    invitation: "fa-envelope-o",
    playbook: "fa-list-ol",
    date: "fa-birthday-cake",
};
/** More would push the timeline out of sight. */
const SHORT = 3;

/** What has to be known about a customer before anything else: open cases, promises … */
export class TimelineHeader extends Component {
    static template = "crm_experience.TimelineHeader";
    static props = { alerts: Array, open: Function };

    setup() {
        this.state = useState({ all: false });
    }

    get shown() {
        return this.state.all ? this.props.alerts : this.props.alerts.slice(0, SHORT);
    }

    get hiddenCount() {
        return this.props.alerts.length - this.shown.length;
    }

    icon({ kind }) {
        return ICONS[kind] || "fa-info-circle";
    }

    date({ date }) {
        return formatDate(date.length > 10 ? deserializeDateTime(date) : deserializeDate(date));
    }
}
