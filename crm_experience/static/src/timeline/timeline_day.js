import { TimelineEntry } from "@crm_experience/timeline/timeline_entry";
import { formatDay } from "@crm_experience/timeline/timeline_items";

import { Component } from "@odoo/owl";

/** The contacts of one day. A day that has not changed keeps its group and is not drawn again. */
export class TimelineDay extends Component {
    static template = "crm_experience.TimelineDay";
    static components = { TimelineEntry };
    static props = {
        group: Object,
        headingId: String,
        resModel: String,
        resId: Number,
        partnerId: [Number, Boolean],
        open: Function,
        openPartner: Function,
    };

    get label() {
        return formatDay(this.props.group.at);
    }

    /** A company shows its contacts' entries, so they say whose they are. */
    showPartner({ partner }) {
        return Boolean(partner) && partner.id !== this.props.partnerId;
    }

    /** The record that is open already has nothing to open. */
    canOpen({ document }) {
        const { resModel, resId } = this.props;
        return Boolean(document) && (document.model !== resModel || document.id !== resId);
    }
}
