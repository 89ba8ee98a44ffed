import { showDate } from "@crm_experience/notebook/notebook_words";

import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

const COLORS = { pays: "text-bg-success", decides: "text-bg-primary", uses: "text-bg-info" };

/** The people of a company or around a deal: who pays, who decides, who uses. */
export class NotebookPeople extends Component {
    static template = "crm_experience.NotebookPeople";
    static props = {
        partner: Object,
        people: Array,
        roles: Array,
        leadId: [Number, { value: false }],
        canAdd: Boolean,
        reload: Function,
        showPartner: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ openId: false });
    }

    get choices() {
        return [
            ["pays", _t("Pays")],
            ["decides", _t("Decides")],
            ["uses", _t("Uses")],
            ["influences", _t("Influences")],
        ];
    }

    /** Everybody of the company, and whoever else has a role. */
    get people() {
        const people = new Map(this.props.people.map((person) => [person.id, person]));
        for (const { partner } of this.props.roles) {
            if (!people.has(partner.id)) {
                people.set(partner.id, partner);
            }
        }
        return [...people.values()].map((person) => ({
            ...person,
            roles: this.props.roles.filter(({ partner }) => partner.id === person.id),
        }));
    }

    getColor(role) {
        return COLORS[role] || "text-bg-secondary";
    }

    /** What it is about, and since when who knows. */
    getTitle({ lead, customer, note, date, user }) {
        return [lead?.name || customer?.name, note, showDate(date), user]
            .filter(Boolean)
            .join(" · ");
    }

    /** Roles are set on the deal that the card was opened from, else on the customer. */
    get subject() {
        const { leadId, partner } = this.props;
        if (leadId) {
            return { lead_id: leadId };
        }
        return { customer_id: partner.is_company ? partner.id : partner.parent?.id || partner.id };
    }

    hasRole(person, role) {
        const { lead_id: leadId, customer_id: customerId } = this.subject;
        return person.roles.some(
            (known) =>
                known.role === role &&
                (leadId ? known.lead?.id === leadId : known.customer?.id === customerId)
        );
    }

    async toggleRole(person, role) {
        await this.orm.call("crm.deal.role", "set_role", [
            {
                partner_id: person.id,
                role,
                ...this.subject,
                is_over: this.hasRole(person, role),
            },
        ]);
        await this.props.reload();
    }
}
