from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("met", "How we met"),
    ("last_talk", "Last talk"),
    ("cares", "Cares about"),
    ("dislikes", "Dislikes"),
    ("temperament", "Temperament"),
    ("demographics", "Demographics"),
    ("purpose", "Purpose"),
    ("product", "Products owned"),
    ("competitor", "Competitors used"),
    ("request", "Special requests"),
    ("promise", "Promises"),
    ("other", "Other"),
]
SOURCES = [
    ("customer", "Customer said so"),
    ("staff", "We observed it"),
    ("survey", "Survey"),
    ("document", "Document"),
    ("other", "Other"),
]
TEXT_LIMIT = 2000
SINGLE_KINDS = ("met", "temperament")
# Impressions of ours, unless somebody says how else we know; the rest is what customers tell.
OBSERVED_KINDS = ("met", "dislikes", "temperament")
# What somebody has to do, by a day, with what came of it.
TASK_KINDS = ("promise", "request")


class CrmPartnerFact(models.Model):
    """One thing to know about a customer, with where it comes from and since when.

    What is known now is active. What was known before stays, archived, and says what replaced it.
    """

    _name = "crm.partner.fact"
    _description = "Fact About a Customer"
    _inherit = ["crm.customer.note"]
    _order = "date desc, id desc"
    _rec_name = "text"

    kind = fields.Selection(
        KINDS,
        required=True,
        default="other",
        index=True,
        help="How we met and temperament are one fact each: a new one takes the place of the old "
        "one, which is kept in the history.",
    )
    text = fields.Text(
        string="Fact", required=True, help="In a sentence. Earlier wordings are kept."
    )
    suggestion_id = fields.Many2one(
        "crm.partner.fact.suggestion",
        ondelete="set null",
        index="btree_not_null",
        help="Was picked from the suggestions: shown to everybody in their language.",
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Since when we know, or when it was said.",
    )
    source = fields.Selection(
        SOURCES,
        required=True,
        compute="_compute_source",
        store=True,
        readonly=False,
        precompute=True,
        help="How we know.",
    )
    source_note = fields.Char(help="More about the source: who said it, which document.")
    date_due = fields.Date(string="Due", help="Until when it is promised or asked for.")
    is_done = fields.Boolean(string="Done")
    date_done = fields.Date(string="Done On", compute="_compute_date_done", store=True)
    outcome = fields.Text(string="What Was Done")
    replaced_by_id = fields.Many2one(
        "crm.partner.fact",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    replaced_ids = fields.One2many(
        "crm.partner.fact",
        "replaced_by_id",
        string="History",
        readonly=True,
        context={"active_test": False},
    )
    properties = fields.Properties(
        definition="company_id.crm_experience_fact_properties", copy=True
    )

    _partner_kind_index = models.Index("(partner_id, kind, date DESC, id DESC) WHERE active")
    _due_index = models.Index(
        "(date_due) WHERE active AND is_done IS NOT TRUE AND date_due IS NOT NULL"
    )

    @api.depends("kind")
    def _compute_source(self):
        """What was said how we know is kept, whatever it is about."""
        for fact in self:
            if not (fact._origin and fact.source):
                fact.source = self._get_usual_source(fact.kind)

    @api.model
    def _get_usual_source(self, kind):
        return "staff" if kind in OBSERVED_KINDS else "customer"

    @api.depends("is_done")
    def _compute_date_done(self):
        today = fields.Date.context_today(self)
        for fact in self:
            fact.date_done = (fact.date_done or today) if fact.is_done else False

    @api.constrains("text", "outcome")
    def _check_text(self):
        for fact in self:
            if not fact.text.strip():
                raise ValidationError(self.env._("Say what there is to know."))
            if max(len(fact.text), len(fact.outcome or "")) > TEXT_LIMIT:
                raise ValidationError(
                    self.env._("A fact has at most %(limit)s characters.", limit=TEXT_LIMIT)
                )

    @api.constrains("date")
    def _check_date(self):
        # where it is tomorrow already, it may be noted today
        latest = fields.Date.add(fields.Date.today(), days=1)
        if self.filtered(lambda fact: fact.date > latest):
            raise ValidationError(
                self.env._("Nobody knows since a day that is still to come: correct the date.")
            )

    @api.constrains("kind", "is_done", "date_due")
    def _check_task(self):
        for fact in self:
            if fact.kind not in TASK_KINDS and (fact.is_done or fact.date_due):
                raise ValidationError(
                    self.env._("Only promises and special requests are due and done.")
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        facts = super().create(vals_list)
        facts._replace_earlier()
        facts.partner_id._send_customer_pulse("fact")
        return facts

    def write(self, vals):
        """Keep the earlier wording of what is written anew."""
        changed = self.browse()
        if "text" in vals:
            changed = self.filtered(lambda fact: fact.active and fact.text != vals["text"])
        earlier = [fact._prepare_history_values() for fact in changed]
        if changed and "suggestion_id" not in vals:
            vals = vals | {"suggestion_id": False}
        result = super().write(vals)
        if earlier:
            self._create_history(earlier)
        if vals.keys() & {"kind", "partner_id"} or vals.get("active"):
            self._replace_earlier()
        self.partner_id._send_customer_pulse("fact")
        return result

    def _get_shown_text(self):
        """Return the fact in the language of the user, if it was picked from the suggestions."""
        return self.suggestion_id.name or self.text

    def _prepare_history_values(self):
        """Return the fact as it is now, as one that was replaced by itself."""
        self.ensure_one()
        (values,) = self.copy_data({"active": False, "replaced_by_id": self.id})
        return values | {"user_id": self.user_id.id, "date": self.date}

    @api.model
    def _create_history(self, vals_list):
        # Whoever may write the fact leaves its history behind, also where it was a colleague's.
        self.sudo().create(vals_list)

    def _replace_earlier(self):
        """Archive what the facts take the place of: there is one of a kind, the latest.

        In one query for any number of facts; of two that come together the later one stays.
        """
        single = self.filtered(lambda fact: fact.active and fact.kind in SINGLE_KINDS)
        if not single:
            return
        # What replaces may be the user's while what is replaced is a colleague's: nothing is
        # lost, it stays in the history.
        everything = self.sudo().search(
            [
                ("partner_id", "in", single.partner_id.ids),
                ("company_id", "in", single.company_id.ids),
                ("kind", "in", single.mapped("kind")),
            ]
        )
        earlier = everything.grouped(lambda fact: (fact.partner_id, fact.company_id, fact.kind))
        for key, facts in (
            # as above
            single.sudo()
            .grouped(lambda fact: (fact.partner_id, fact.company_id, fact.kind))
            .items()
        ):
            latest = facts[-1]
            replaced = (facts | earlier.get(key, self.browse())) - latest
            if replaced:
                replaced.write({"active": False, "replaced_by_id": latest.id})

    # ------------------------------------------------------------
    # Import
    # ------------------------------------------------------------

    @api.model
    def get_import_templates(self):
        """The file to begin an import with: a fact a line."""
        return [
            {
                "label": self.env._("Import Template for Facts"),
                "template": "/crm_experience/static/xls/crm_partner_fact.xlsx",
            }
        ]
