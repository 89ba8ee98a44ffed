from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.addons.crm_experience.tools.drivers import MINIMUM
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

MOST_MONTHS = 120


class CrmKeyExperience(models.Model):
    """A question: what makes these customers loyal, and how well do we do there?

    Asked again it adds another run; earlier ones stay as they were.
    """

    _name = "crm.key.experience"
    _description = "Key Experience Analysis"
    _inherit = ["crm.customer.condition"]
    _order = "sequence, id"

    name = fields.Char(
        string="Segment",
        required=True,
        translate=True,
        help="How these customers are called in the sentences, such as “families”.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    target = fields.Selection(
        [("recommendation", "Recommendation (NPS)"), ("repeat", "Buying again")],
        required=True,
        default="recommendation",
        help="What loyalty is told by: what customers say, or whether they came back.",
    )
    repeat_months = fields.Integer(
        string="Within Months",
        default=6,
        help="Buying again counts within so many months of the last answer. Customers who have "
        "not had so much time yet are left out.",
    )
    history_months = fields.Integer(
        string="Months of Answers", default=12, help="How far back answers count."
    )
    minimum_customers = fields.Integer(
        default=MINIMUM,
        help="With fewer customers nothing is told. Ten for every dimension are needed anyway.",
    )
    low_experience = fields.Float(
        string="Low up to",
        default=5,
        help="An experience up to here is low, for telling what a bad one costs.",
    )
    high_experience = fields.Float(
        string="High from", default=8, help="An experience from here on is high."
    )
    is_monthly = fields.Boolean(string="Every Month", help="Run again by itself once a month.")
    run_ids = fields.One2many("crm.key.experience.run", "analysis_id", string="Runs")
    last_run_id = fields.Many2one("crm.key.experience.run", compute="_compute_last_run")
    last_date = fields.Datetime(string="Run on", compute="_compute_last_run")
    last_message = fields.Char(string="Result", compute="_compute_last_run")

    _check_months = models.Constraint(
        f"CHECK (history_months BETWEEN 1 AND {MOST_MONTHS}"
        f" AND repeat_months BETWEEN 1 AND {MOST_MONTHS})",
        f"Months are a number from 1 to {MOST_MONTHS}.",
    )
    _check_experience = models.Constraint(
        "CHECK (low_experience >= 0 AND low_experience < high_experience"
        " AND high_experience <= 10)",
        "Low and high lie between 0 and 10, low below high.",
    )

    @api.depends("run_ids")
    @api.depends_context("lang")
    def _compute_last_run(self):
        rows = self.env["crm.key.experience.run"]._read_group(
            [("analysis_id", "in", self.ids)], ["analysis_id"], ["id:max"]
        )
        newest = {analysis.id: run_id for analysis, run_id in rows}
        for analysis in self:
            run = self.env["crm.key.experience.run"].browse(newest.get(analysis._origin.id))
            analysis.last_run_id = run
            analysis.last_date = run.date
            analysis.last_message = run.message

    @api.constrains("minimum_customers")
    def _check_minimum_customers(self):
        if any(analysis.minimum_customers < MINIMUM for analysis in self):
            raise ValidationError(
                self.env._("At least %(minimum)s customers are needed.", minimum=MINIMUM)
            )

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_picture(self, analysis_id=None, run_id=None):
        """Importance against performance, as an analysis found it.

        :param int analysis_id: by default the one that was run last
        :param int run_id: an earlier run of it; by default the last one
        :return: ``analyses`` (``id``, ``name``) to choose from, ``runs`` of the chosen one (``id``,
            ``date``), ``has_run``; and if it is true ``run``: ``id``, ``analysis_id``, ``segment``,
            ``target``, ``date``, ``user``, ``outcome``, ``message``, ``customer_count``, ``fit``,
            ``has_centre`` with ``centre_importance`` and ``centre_performance``, and ``effects``
        """
        analyses = self.search([])
        runs = self.env["crm.key.experience.run"]
        if analysis_id is not None:
            chosen = self._get_readable(self, analysis_id, "analysis_id")
            runs = runs.search([("analysis_id", "=", chosen.id)], limit=24)
        elif run_id is None:
            last = runs.search([("analysis_id", "in", analyses.ids)], limit=1)
            chosen = last.analysis_id or analyses[:1]
            runs = runs.search([("analysis_id", "=", chosen.id)], limit=24)
        run = runs[:1]
        if run_id is not None:
            run = self._get_readable(runs, run_id, "run_id")
            chosen = run.analysis_id
            runs = runs.search([("analysis_id", "=", chosen.id)], limit=24)
        return {
            "analyses": [{"id": one.id, "name": one.display_name} for one in analyses | chosen],
            "analysis_id": chosen.id,
            "can_run": bool(chosen) and chosen.has_access("write"),
            "can_create": self.browse().has_access("create"),
            "runs": [{"id": one.id, "date": fields.Datetime.to_string(one.date)} for one in runs],
            "has_run": bool(run),
            **({"run": run._describe()} if run else {}),
        }

    @api.model
    def _get_readable(self, records, record_id, name):
        """The record of an id that somebody sent, if they may read it."""
        found = records.browse()
        if type(record_id) is int and 0 < record_id < 2**31:
            found = records.with_context(active_test=False).search([("id", "=", record_id)])
        if not found:
            raise AccessError(
                self.env._("“%(name)s” is not the id of a record that you may read.", name=name)
            )
        return found

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_run(self):
        """Find out what matters now, and keep it as another run."""
        self.check_access("write")
        for analysis in self:
            analysis._run()
        return self.action_view_picture() if len(self) == 1 else True

    def action_view_picture(self):
        """Open the picture of importance against performance."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_experience.key_experiences",
            "name": self.env._("Key Experiences"),
            "params": {"analysis_id": self.id},
        }

    # ------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Run again what is to be run monthly and was not for a month; one after the other."""
        month_ago = fields.Datetime.now() - relativedelta(months=1)
        recent = self.env["crm.key.experience.run"]._read_group(
            [("date", ">", month_ago)], ["analysis_id"]
        )
        due = self.search(
            [("is_monthly", "=", True), ("id", "not in", [one.id for (one,) in recent])]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for analysis in due:
            analysis.with_company(analysis.company_id)._run()
            if not cron._commit_progress(1):
                break

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_answers_domain(self, first, last):
        """The answers of the segment between two moments."""
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("date", ">=", first) & Domain("date", "<", last)
        partner_domain = self._get_partner_domain()
        if partner_domain.is_true():
            return domain & Domain("partner_id", "!=", False)
        return domain & Domain("partner_id", "any", partner_domain)
