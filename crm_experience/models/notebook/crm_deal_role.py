from odoo import api, fields, models
from odoo.addons.crm_experience.tools.intake import (
    Choice,
    Identifier,
    IntakeError,
    Text,
    parse_values,
)
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

ROLES = [
    ("pays", "Pays"),
    ("decides", "Decides"),
    ("uses", "Uses"),
    ("influences", "Influences"),
]
ROLE_FIELDS = {
    "partner_id": Identifier(required=True),
    "role": Choice(required=True, choices=tuple(role for role, _label in ROLES)),
    "customer_id": Identifier(),
    "lead_id": Identifier(),
    "note": Text(limit=255),
}


class CrmDealRole(models.Model):
    """What a person has to say about a deal, or about all that a company buys.

    `partner_id` is the person: it is theirs, and goes when they go.
    """

    _name = "crm.deal.role"
    _description = "Role on a Deal"
    _inherit = ["crm.customer.note"]
    _order = "role, id"

    partner_id = fields.Many2one(string="Person")
    role = fields.Selection(
        ROLES,
        required=True,
        default="decides",
    )
    customer_id = fields.Many2one(
        "res.partner",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="Whose purchases it is about, whatever the deal.",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="The deal that it is about.",
    )
    note = fields.Char(help="What matters to this person about it.")

    @api.model
    def _get_customer_rule_domain(self, partner_domain):
        """For those who may read everybody and everything it is about."""
        return (
            super()._get_customer_rule_domain(partner_domain)
            & (Domain("customer_id", "=", False) | Domain("customer_id", "any", partner_domain))
            & (
                Domain("lead_id", "=", False)
                | Domain("lead_id", "any", self.env["ir.rule"]._get_core_domain("crm.lead"))
            )
        )

    # of fields that are always written: neither of the two may be among them
    @api.constrains("partner_id", "customer_id", "lead_id")
    def _check_subject(self):
        if self.filtered(lambda role: not (role.customer_id or role.lead_id)):
            raise ValidationError(
                self.env._("A role is about an opportunity, or about a customer.")
            )

    @api.constrains("partner_id", "role", "customer_id", "lead_id", "active")
    def _check_duplicate(self):
        """Nobody has the same role twice; by one query for any number of roles."""
        active = self.filtered("active")
        groups = self.sudo()._read_group(
            [
                ("partner_id", "in", active.partner_id.ids),
                ("role", "in", active.mapped("role")),
                ("company_id", "in", active.company_id.ids),
            ],
            ["partner_id", "role", "customer_id", "lead_id", "company_id"],
            ["id:recordset"],
            having=[("__count", ">", 1)],
        )
        for *_key, roles in groups:
            if roles & active:
                raise ValidationError(
                    self.env._(
                        "%(person)s has this role already.",
                        person=roles[0].partner_id.display_name,
                    )
                )

    @api.depends("role", "partner_id")
    def _compute_display_name(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        for role in self:
            parts = (labels.get(role.role), role.partner_id.display_name)
            role.display_name = " · ".join(filter(None, parts))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        roles = super().create(vals_list)
        roles._send_pulse()
        return roles

    def write(self, vals):
        result = super().write(vals)
        self._send_pulse()
        return result

    def _send_pulse(self):
        # only ids are told, and only to those who may read them
        about = self.sudo()
        partners = about.partner_id | about.customer_id | about.lead_id.partner_id
        partners._send_customer_pulse("role")

    @api.model
    def _merge_leads(self, lead, merged):
        """Keep each role once on the opportunity that stays."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_deal_role WHERE id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER (
                                   PARTITION BY company_id, role, partner_id, customer_id
                                   ORDER BY active DESC, id
                               ) AS number
                          FROM crm_deal_role WHERE lead_id = ANY(%s)
                    ) AS numbered
                     WHERE number > 1
                )
                """,
                (lead | merged).ids,
            )
        )
        self.invalidate_model()
        super()._merge_leads(lead, merged)

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    def set_role(self, values):
        """Say what a person has to say about a deal or about a customer, or that it is over.

        :param dict values: ``partner_id`` (the person), ``role`` (``pays``, ``decides``,
            ``uses``, ``influences``), one of ``customer_id`` and ``lead_id``; optional ``note``,
            and ``is_over`` (true: the person has this role no more)
        :return: ``id`` of the role (0 if there is none) and ``active``
        """
        is_over = False
        if isinstance(values, dict):
            values = dict(values)
            is_over = values.pop("is_over", False)
            values = {key: value for key, value in values.items() if value is not False}
        if not isinstance(is_over, bool):
            raise UserError(self.env._("Say true or false: is it over?"))
        try:
            values = parse_values(values, ROLE_FIELDS)
        except IntakeError as error:
            raise UserError(self.env["crm.touchpoint"]._word_error(error)) from None
        person, about = self._get_role_records(values)
        role = self.with_context(active_test=False).search(
            [
                ("partner_id", "=", person.id),
                ("role", "=", values["role"]),
                ("customer_id", "=", values.get("customer_id", False)),
                ("lead_id", "=", values.get("lead_id", False)),
            ],
            order="active desc, id",
            limit=1,
        )
        if role:
            changes = {"active": not is_over} | (
                {"note": values["note"]} if "note" in values else {}
            )
            role.write(changes)
        elif not is_over:
            self.browse().check_access("create")
            role = self.create(
                self._prepare_note_values(about) | {"partner_id": person.id} | values
            )
        return {"id": role.id or 0, "active": bool(role) and role.active}

    @api.model
    def _get_role_records(self, values):
        """Return the person, and the customer that says which company it is about."""
        get = self.env["crm.touchpoint"]._get_timeline_record
        person = get("res.partner", values["partner_id"])
        if ("lead_id" in values) == ("customer_id" in values):
            raise UserError(self.env._("A role is about one opportunity, or about one customer."))
        if "customer_id" in values:
            return person, get("res.partner", values["customer_id"])
        lead = get("crm.lead", values["lead_id"])
        return person, lead
