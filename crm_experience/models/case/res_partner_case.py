from odoo import fields, models

MOST_ALERTS = 20


class ResPartnerCase(models.Model):
    """The open cases of a customer, for whoever meets them next."""

    _inherit = "res.partner"

    case_ids = fields.One2many(
        "crm.case",
        "partner_id",
        string="Cases",
        groups="crm_experience.group_crm_experience_user",
    )
    case_count = fields.Integer(
        string="Open Cases",
        compute="_compute_case_count",
        groups="crm_experience.group_crm_experience_user",
        help="Of a company with its people.",
    )

    def _compute_case_count(self):
        self.case_count = 0
        groups = self.env["crm.case"]._read_group(
            [
                ("is_open", "=", True),
                ("partner_id.commercial_partner_id", "in", self.commercial_partner_id.ids),
            ],
            ["partner_id"],
            ["__count"],
        )
        records = {partner.id: partner for partner in self}
        for partner, count in groups:
            for owner in {partner.id, partner.commercial_partner_id.id} & records.keys():
                records[owner].case_count += count

    def action_view_cases(self):
        """Open the cases of the customer, with those of its people if it is a company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_experience.crm_case_action")
        action["domain"] = list(self._get_touchpoint_domain())
        action["context"] = {"default_partner_id": self.id, "search_default_filter_open": 1}
        return action

    def _get_customer_alerts(self):
        """Add what is open, with its solution or why there is none yet."""
        alerts = super()._get_customer_alerts()
        cases = self.env["crm.case"]
        if not cases.has_access("read"):
            return alerts
        found = cases.search(
            [("partner_id", "in", self.ids), ("is_open", "=", True)], limit=MOST_ALERTS
        )
        return alerts + [case._prepare_alert() for case in found]
