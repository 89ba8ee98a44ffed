from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    touchpoint_count = fields.Integer(
        string="Contacts With Us",
        compute="_compute_touchpoint_count",
        groups="crm_experience.group_crm_experience_user",
        help="Contacts over all channels; those of a company include its people's.",
    )

    def _compute_touchpoint_count(self):
        self._count_with_people("crm.touchpoint", "touchpoint_count")

    def _count_with_people(self, model, field):
        """Set a field to how many records a contact has; a company has its people's as well."""
        self[field] = 0
        groups = self.env[model]._read_group(
            [("partner_id.commercial_partner_id", "in", self.commercial_partner_id.ids)],
            ["partner_id"],
            ["__count"],
        )
        records = {partner.id: partner for partner in self}
        for partner, count in groups:
            for owner in {partner.id, partner.commercial_partner_id.id} & records.keys():
                records[owner][field] += count

    def _get_customer_alerts(self):
        """Return what has to be known before these customers are met: extended by ``super()``.

        ``self`` are the customers of one timeline, a company with its people, all of them
        readable. What is answered is seen by everybody who may read the customers, so it says
        no more than they may know; the number of queries must not depend on the customers.

        :return: a list of dictionaries with

            * ``kind``: what it is, such as ``case``, ``promise`` or ``invitation``
            * ``title``, in the language of the user; ``text`` if there is more to say
            * ``level``: ``danger``, ``warning`` or ``info``
            * ``date``: the day that counts (date or UTC datetime), if there is one
            * ``action``: ``{"model", "id"}`` of the record to open, if there is one; whoever
              may not read it is told so
        """
        return []

    @api.model
    def _get_segment_queries(self):
        """Return what tells customers apart and is no column of theirs: extended by ``super()``.

        :return: SQL of contact and value, one row a contact at most, by the name of a field of
            contacts that can be searched
        """
        return {}

    def action_view_touchpoints(self):
        """Open the contacts of the customer, with those of its people if it is a company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_touchpoint_action"
        )
        action["domain"] = list(self._get_touchpoint_domain())
        action["context"] = {"default_partner_id": self.id}
        return action

    def _get_touchpoint_domain(self):
        """Return the domain of the customer's contacts, with its people's if it is a company."""
        self.ensure_one()
        is_company = self.commercial_partner_id == self
        return Domain(
            "partner_id.commercial_partner_id" if is_company else "partner_id", "=", self.id
        )
