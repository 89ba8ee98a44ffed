from odoo import api, fields, models
from odoo.tools.misc import formatLang


class CrmKeyExperienceRun(models.Model):
    """What an analysis found on a day. It is kept as it was found."""

    _name = "crm.key.experience.run"
    _description = "Run of a Key Experience Analysis"
    _order = "date desc, id desc"
    _rec_name = "segment"

    analysis_id = fields.Many2one(
        "crm.key.experience", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="analysis_id.company_id", store=True, index=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        string="Run by",
        readonly=True,
        default=lambda self: self.env.uid,
        ondelete="set null",
    )
    # What was asked, as it was asked then.
    segment = fields.Char(required=True, readonly=True)
    partner_domain = fields.Char(string="Customers", readonly=True)
    target = fields.Selection(
        [("recommendation", "Recommendation (NPS)"), ("repeat", "Buying again")],
        required=True,
        readonly=True,
    )
    repeat_months = fields.Integer(readonly=True, aggregator=None)
    answers_from = fields.Datetime(readonly=True)
    answers_to = fields.Datetime(readonly=True)
    outcome = fields.Selection(
        [
            ("found", "Found"),
            ("few", "Too few customers"),
            ("constant", "All alike"),
            ("nothing", "No answers"),
            ("together", "Cannot be told apart"),
            ("separated", "Beyond doubt"),
            ("failed", "No result"),
        ],
        required=True,
        readonly=True,
    )
    outcome_values = fields.Json(readonly=True)
    message = fields.Char(compute="_compute_message")
    customer_count = fields.Integer(string="Customers Compared", readonly=True, aggregator=None)
    target_mean = fields.Float(
        readonly=True, aggregator=None, help="Their NPS, or the share who bought again in percent."
    )
    fit = fields.Float(
        readonly=True,
        aggregator=None,
        help="Part of the differences between customers that the experiences explain.",
    )
    fit_p_value = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    has_centre = fields.Boolean(readonly=True)
    centre_importance = fields.Float(readonly=True, aggregator=None)
    centre_performance = fields.Float(readonly=True, aggregator=None)
    effect_ids = fields.One2many("crm.key.experience.effect", "run_id", readonly=True)

    @api.depends("outcome", "outcome_values", "customer_count", "fit", "fit_p_value")
    @api.depends_context("lang")
    def _compute_message(self):
        for run in self:
            run.message = run._get_message()

    def _get_message(self):
        """What was found, or why nothing was, in a sentence."""
        _ = self.env._
        values = self.outcome_values or {}
        if self.outcome == "found":
            ranked = self.effect_ids.filtered(lambda effect: effect.state == "1_ranked")
            sentence = _(
                "%(count)s customers; the experiences explain %(fit)s %% of the differences "
                "between them.",
                count=self.customer_count,
                fit=formatLang(self.env, 100 * self.fit, digits=0),
            )
            if not ranked:
                sentence += " " + _("No dimension was shown to matter: nothing is ranked.")
            return sentence
        if self.outcome == "few":
            return _(
                "There are %(count)s customers to learn from, at least %(needed)s are needed. "
                "Take a longer time, a larger segment or fewer dimensions.",
                count=values.get("count", 0),
                needed=values.get("needed", 0),
            )
        if self.outcome == "together":
            names = self.env["crm.experience.dimension"].browse(values.get("names", []))
            return _(
                "%(dimensions)s go together so closely that their effects cannot be told apart.",
                dimensions=", ".join(names.exists().mapped("name")),
            )
        sentences = {
            "constant": _("All customers answered the same: there is nothing to explain."),
            "nothing": _("No dimension has enough answers that differ."),
            "separated": _(
                "Who buys again can be told from the experience without a doubt: with so few "
                "customers that is chance, and no effect can be told. Take a longer time."
            ),
            "failed": _("The answers lead to no result. Take a longer time or a larger segment."),
        }
        return sentences.get(self.outcome, "")

    def _describe(self):
        """The run for the picture; see `crm.key.experience.get_picture`."""
        self.ensure_one()
        names = (
            *("outcome", "message", "customer_count", "target", "target_mean", "fit"),
            *("fit_p_value", "has_centre", "centre_importance", "centre_performance", "segment"),
            "repeat_months",
        )
        return {
            "id": self.id,
            "analysis_id": self.analysis_id.id,
            "date": fields.Datetime.to_string(self.date),
            "user": self.user_id.sudo().name or "",  # who works here is no secret
            **{name: self[name] for name in names},
            "effects": [effect._describe() for effect in self.effect_ids.sorted(self._get_order)],
        }

    @staticmethod
    def _get_order(effect):
        return (effect.state, effect.rank, effect.dimension_id.sequence, effect.id)
