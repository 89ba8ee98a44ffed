from odoo import models
from odoo.fields import Domain


class CrmFeedbackInvitationCase(models.Model):
    """Nobody is asked how it was while what went wrong is not settled."""

    _inherit = "crm.feedback.invitation"

    def _get_busy(self):
        """Return those whose customers have an open case, in a constant number of queries."""
        busy = super()._get_busy()
        asked = self.filtered(lambda row: row.rule_id._is_held_by_case())
        if not asked:
            return busy
        # What leaves is whether the customer is asked now; nothing of the case is shown.
        cases = self.env["crm.case"].sudo().with_context(active_test=True)
        found = cases.search(
            Domain("is_open", "=", True)
            & Domain("company_id", "in", asked.company_id.ids)
            & Domain(
                "partner_id.commercial_partner_id",
                "in",
                asked.partner_id.commercial_partner_id.ids,
            )
        ).grouped(lambda case: (case.company_id, case.partner_id.commercial_partner_id))
        return busy | asked.filtered(
            lambda row: row._is_held_by(
                found.get((row.company_id, row.partner_id.commercial_partner_id), cases)
            )
        )

    def _is_held_by(self, cases):
        """Tell whether one of the open cases of the customer holds the invitation back.

        A company is held back by the cases of its people, a person by those of their company. A
        case that is solved does not hold back the question how that was.
        """
        self.ensure_one()
        partner, touchpoint = self.partner_id, self.touchpoint_id
        customer = partner.commercial_partner_id
        about = touchpoint.res_id if touchpoint.res_model == cases._name else 0
        return any(
            (partner == customer or case.partner_id in (partner, customer))
            and not (case.id == about and case.state == "solved")
            for case in cases
        )
