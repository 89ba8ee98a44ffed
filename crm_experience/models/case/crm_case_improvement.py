from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

STATES = [
    ("open", "To Plan"),
    ("in_progress", "In Progress"),
    ("checking", "Effect Checked"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
RUNNING_STATES = ("open", "in_progress", "checking")


class CrmCaseImprovement(models.Model):
    """What is done so that a cause does not make more cases, until it is shown that it works."""

    _name = "crm.case.improvement"
    _description = "Improvement"
    _inherit = ["crm.kept.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id"
    _check_company_auto = True

    name = fields.Char(string="Improvement", required=True, tracking=True)
    cause_id = fields.Many2one(
        "crm.case.cause", required=True, ondelete="restrict", index=True, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one("crm.team", ondelete="set null", check_company=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        ondelete="set null",
        check_company=True,
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
        tracking=True,
    )
    state = fields.Selection(
        STATES, required=True, default="open", copy=False, tracking=True, group_expand=True
    )
    plan = fields.Text(help="What will be changed, and how.")
    date_open = fields.Date(
        string="Opened", required=True, readonly=True, default=fields.Date.context_today
    )
    date_deadline = fields.Date(string="Complete By", tracking=True)
    date_check = fields.Date(
        string="Check Effect On", help="When it can be seen whether it worked."
    )
    effect = fields.Text(help="What came of it. Without it nothing is done.", tracking=True)
    date_done = fields.Date(string="Done On", readonly=True, copy=False)
    case_count_before = fields.Integer(
        string="Cases Before",
        readonly=True,
        copy=False,
        help="Cases of the cause in the days before it was opened.",
    )
    case_count = fields.Integer(
        string="Cases Since", compute="_compute_case_count", help="Cases of the cause since then."
    )
    active = fields.Boolean(default=True)

    # Opened by itself only once while one runs, also by two jobs at the same time.
    _running_unique = models.UniqueIndex(
        "(company_id, cause_id) WHERE state IN ('open', 'in_progress', 'checking')",
        "An improvement for this cause is running already.",
    )

    def _compute_case_count(self):
        """Count cases of the cause and finer ones since each improvement was opened."""
        self.case_count = 0
        self.env["crm.case"].flush_model(["cause_id", "company_id", "date_open"])
        self.env["crm.case.cause"].flush_model(["parent_path"])
        self.flush_model(["cause_id", "company_id", "date_open"])
        rows = self.env.execute_query(
            SQL(
                """SELECT improvement.id, count(*)
                     FROM crm_case_improvement improvement
                     JOIN crm_case_cause cause ON cause.id = improvement.cause_id
                     JOIN crm_case_cause finer
                       ON finer.parent_path LIKE cause.parent_path || '%%'
                     JOIN crm_case c ON c.cause_id = finer.id
                      AND c.company_id = improvement.company_id
                      AND c.date_open >= improvement.date_open
                    WHERE improvement.id = ANY(%s)
                 GROUP BY improvement.id""",
                self.ids,
            )
        )
        for improvement_id, count in rows:
            self.browse(improvement_id).case_count = count

    @api.constrains("state", "plan", "effect")
    def _check_state(self):
        for improvement in self:
            if improvement.state == "done" and not (improvement.effect or "").strip():
                raise ValidationError(
                    self.env._("Say what came of “%(name)s” first.", name=improvement.name)
                )
            if improvement.state == "checking" and not (improvement.plan or "").strip():
                raise ValidationError(
                    self.env._("Say what is changed by “%(name)s” first.", name=improvement.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        improvements = super().create(vals_list)
        improvements.filtered(lambda improvement: improvement.state == "done")._note_end()
        return improvements

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._note_end()
        return result

    def _note_end(self):
        """Write down since when it is done; nothing if it is not."""
        # whoever may write the state has done so
        for improvement in self.sudo():
            is_done = improvement.state == "done"
            today = fields.Date.context_today(self)
            improvement.date_done = is_done and (improvement.date_done or today)

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_start(self):
        """Somebody works on it."""
        self.state = "in_progress"
        return True

    def action_check(self):
        """The change is made: now it must show."""
        self.state = "checking"
        return True

    def action_done(self):
        """It has shown what came of it."""
        self.state = "done"
        return True

    def action_cancel(self):
        """It is not worth it."""
        self.state = "cancelled"
        return True

    def action_view_cases(self):
        """Open the cases of the cause since the improvement was opened."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_experience.crm_case_action")
        action["domain"] = [
            ("cause_id", "child_of", self.cause_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        action["context"] = {}
        return action

    # ------------------------------------------------------------
    # Learning
    # ------------------------------------------------------------

    @api.model
    def _cron_learn(self):
        """Open an improvement for every cause that repeats, once."""
        for company in self.env["res.company"].search([("case_repeat_count", ">", 0)]):
            self.with_context(allowed_company_ids=company.ids)._learn(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _learn(self, company):
        """Open improvements for the causes that repeat in a company.

        What counts are cases with exactly this cause: the narrowest one can be improved. After an
        improvement has ended, only newer cases count.

        :return: the new improvements
        """
        self.env.flush_all()
        since = fields.Datetime.now() - timedelta(days=company.case_repeat_days)
        rows = self.env.execute_query(
            SQL(
                """WITH ended AS (
                       SELECT cause_id, max(date_done) AS day FROM crm_case_improvement
                        WHERE company_id = %(company)s AND state = 'done' GROUP BY cause_id)
                   SELECT c.cause_id, count(*), mode() WITHIN GROUP (ORDER BY c.team_id)
                     FROM crm_case c
                LEFT JOIN ended ON ended.cause_id = c.cause_id
                    WHERE c.company_id = %(company)s AND c.date_open >= %(since)s
                      AND c.cause_id IS NOT NULL AND c.state != 'cancelled'
                      AND (ended.day IS NULL OR c.date_open::date > ended.day)
                      AND NOT EXISTS (
                          SELECT 1 FROM crm_case_improvement running
                           WHERE running.company_id = %(company)s
                             AND running.cause_id = c.cause_id
                             AND running.state IN ('open', 'in_progress', 'checking', 'cancelled')
                             AND (running.state != 'cancelled'
                                  OR running.write_date >= %(since)s))
                 GROUP BY c.cause_id HAVING count(*) >= %(count)s
                 ORDER BY c.cause_id""",
                company=company.id,
                since=since,
                count=company.case_repeat_count,
            )
        )
        today = fields.Date.context_today(self)
        teams = self.env["crm.team"]
        return self.create(
            [
                self._prepare_learned_values(
                    company,
                    self.env["crm.case.cause"].browse(cause_id),
                    count,
                    teams.browse(team_id or ()),
                    today,
                )
                for cause_id, count, team_id in rows
            ]
        )

    @api.model
    def _prepare_learned_values(self, company, cause, count, team, today):
        # Somebody owns it: who leads most of its cases, or whoever is next to answer for them.
        leaders = [line.user_id for line in team._get_line()] if team else []
        people = (*leaders, company.case_improvement_user_id, company.case_team_id.user_id)
        user = next((user for user in people if user.active), self.env["res.users"])
        return {
            "name": self.env._(
                "%(cause)s: %(count)s times in %(days)s days",
                cause=cause.display_name,
                count=count,
                days=company.case_repeat_days,
            ),
            "cause_id": cause.id,
            "company_id": company.id,
            "team_id": team.id,
            "user_id": user.id,
            "case_count_before": count,
            "date_open": today,
            "date_deadline": today + timedelta(days=30),
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if self.filtered(lambda improvement: improvement.state == "done"):
            raise UserError(self.env._("What was learned is kept. Archive it instead."))
