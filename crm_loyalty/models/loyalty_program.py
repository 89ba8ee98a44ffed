from datetime import date

from odoo import api, fields, models
from odoo.addons.crm_loyalty.tools.ledger import to_ledger
from odoo.addons.crm_loyalty.tools.tier import get_window_start
from odoo.exceptions import AccessError
from odoo.service.model import retrying
from odoo.tools import SQL, ormcache

# One statement however many members: the points in the window, those of cards that were merged,
# the tier they reach, the cards that change, and the history of it.
_EVALUATE = """
    WITH counted AS (
        SELECT card_id, SUM(qualifying_points) AS points
          FROM loyalty_entry
         WHERE program_id = %(program)s AND date >= %(start)s
         GROUP BY card_id
    ), merged AS (
        SELECT card.merged_into_id AS card_id, SUM(counted.points) AS points
          FROM loyalty_card card
          JOIN counted ON counted.card_id = card.id
         WHERE card.merged_into_id IS NOT NULL
         GROUP BY card.merged_into_id
    ), moving AS (
        SELECT card.id, card.partner_id, card.company_id,
               card.tier_id AS from_tier_id, new_tier.id AS to_tier_id, total.points
          FROM loyalty_card card
          LEFT JOIN counted ON counted.card_id = card.id
          LEFT JOIN merged ON merged.card_id = card.id
         CROSS JOIN LATERAL (
            SELECT COALESCE(counted.points, 0) + COALESCE(merged.points, 0) AS points
         ) total
         CROSS JOIN LATERAL (
            SELECT (%(tiers)s::int[])[
                width_bucket(total.points, %(thresholds)s::numeric[])
            ] AS id
         ) new_tier
         WHERE card.program_id = %(program)s
           AND card.active
           AND card.tier_id IS DISTINCT FROM new_tier.id
           FOR NO KEY UPDATE OF card SKIP LOCKED
    ), written AS (
        UPDATE loyalty_card card
           SET tier_id = moving.to_tier_id, tier_date = %(today)s
          FROM moving
         WHERE card.id = moving.id
    )
    INSERT INTO loyalty_tier_move (
        card_id, partner_id, company_id, program_id, from_tier_id, to_tier_id,
        direction, date, reason, qualifying_points
    )
    SELECT moving.id, moving.partner_id, moving.company_id, %(program)s,
           moving.from_tier_id, moving.to_tier_id,
           CASE WHEN COALESCE(to_tier.sequence, 0) > COALESCE(from_tier.sequence, 0)
                THEN 'up' ELSE 'down' END,
           %(now)s, 'evaluation', moving.points
      FROM moving
      LEFT JOIN loyalty_tier from_tier ON from_tier.id = moving.from_tier_id
      LEFT JOIN loyalty_tier to_tier ON to_tier.id = moving.to_tier_id
"""


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    tier_ids = fields.One2many("loyalty.tier", "program_id", string="Tiers")
    has_tiers = fields.Boolean(compute="_compute_has_tiers", compute_sudo=True)
    tier_window_months = fields.Integer(
        string="Rolling Window",
        default=lambda self: self.env["res.config.settings"]._get_tier_window_months(),
        help="Months in which points count towards a tier. 0 counts all points ever earned.",
    )
    tier_evaluated_on = fields.Date(
        string="Tiers Evaluated On",
        readonly=True,
        copy=False,
        help="Day of the last nightly evaluation of all its members.",
    )

    _check_tier_window_months = models.Constraint(
        "CHECK (tier_window_months BETWEEN 0 AND 1200)",
        "The rolling window has 0 (all time) to 1200 months.",
    )

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.depends("program_type", "tier_ids.active")
    def _compute_has_tiers(self):
        for program in self:
            # Only loyalty cards have tiers: no query for anything else.
            tier_ids, _thresholds = program._origin._get_levels()
            program.has_tiers = program.program_type == "loyalty" and bool(tier_ids)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def copy(self, default=None):
        # Not by `copy=True`: whoever copies a program may have no access to its tiers.
        copies = super().copy(default)
        tiers = self.env["loyalty.tier"]
        if tiers.has_access("create"):
            tiers.create(
                [
                    values | {"program_id": copy.id}
                    for program, copy in zip(self, copies, strict=True)
                    for values in program.tier_ids.copy_data()
                ]
            )
        return copies

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_evaluate_tiers(self):
        """Evaluate the tiers of all members now, as every night."""
        if not self.env.user.has_group("crm_loyalty.group_crm_loyalty_admin"):
            raise AccessError(self.env._("Only an administrator of Customer Loyalty may do that."))
        self.check_access("write")
        # The administrator decides that tiers are evaluated; what comes out is not theirs to say.
        moves = sum(program._evaluate_tiers() for program in self.sudo())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Tiers evaluated"),
                "message": self.env._("Members that changed tier: %(count)s", count=moves),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_view_members(self):
        """The cards of this program."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_loyalty.loyalty_card_action")
        return action | {"domain": [("program_id", "in", self.ids)], "context": {}}

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _get_tier_window_sql(self):
        """Condition on aliases `program` and `entry`: the entry is in the program's window."""
        return SQL(
            """(program.tier_window_months = 0 OR
                entry.date >= %s::date - make_interval(months => program.tier_window_months))""",
            fields.Date.today(),
        )

    def _get_tiers(self):
        """The tiers in ascending order, also right after they were changed."""
        return self.tier_ids.filtered("active").sorted("min_points")

    @ormcache("self.id")
    def _get_levels(self):
        """Ids of the tiers in ascending order, and the points from which each is reached.

        Every order asks for them, and they change once a year: ``loyalty.tier`` clears the cache.
        """
        tiers = self.sudo()._get_tiers()  # which tiers there are follows from nobody's rights
        return tuple(tiers.ids), tuple(to_ledger(tier.min_points) for tier in tiers)

    def _get_tier_window_start(self):
        """First day of the rolling window that ends today, or False."""
        self.ensure_one()
        return get_window_start(fields.Date.today(), self.tier_window_months) or False

    def _evaluate_tiers(self):
        """Give every card of the program the tier that its window says; one statement.

        Cards that another transaction is writing are left out: that transaction raises their
        tier itself, the rest is done the next night.

        :return: number of cards that changed tier.
        """
        self.ensure_one()
        self.tier_evaluated_on = fields.Date.today()
        tier_ids, thresholds = self._get_levels()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                _EVALUATE,
                program=self.id,
                start=self._get_tier_window_start() or date.min,
                tiers=list(tier_ids),
                thresholds=list(thresholds),
                today=fields.Date.today(),
                now=fields.Datetime.now(),
            )
        )
        moved = self.env.cr.rowcount
        if moved:
            self.env["loyalty.card"].invalidate_model(["tier_id", "tier_date"])
            self.env["loyalty.tier.move"].invalidate_model()
        return moved

    @api.model
    def _cron_evaluate_tiers(self):
        """Evaluate, program by program, what was not evaluated today; each is committed."""
        # A program whose tiers were all archived is evaluated, too: its members lose them.
        programs = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("active", "=", True),
                    ("tier_ids", "!=", False),
                    ("tier_evaluated_on", "!=", fields.Date.today()),
                ]
            )
            # the job evaluates every program
            .with_env(self.sudo().env)
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(programs))
        for program in programs:
            # A program that meets a concurrent change is tried again, as a call over HTTP is.
            retrying(program._evaluate_tiers, self.env)
            if not cron._commit_progress(1):
                break
