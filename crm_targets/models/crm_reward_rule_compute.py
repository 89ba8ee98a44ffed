from odoo import models
from odoo.addons.crm_targets.tools.reward import get_surplus
from odoo.fields import Domain

from .crm_target import COUNTING


class CrmRewardRuleCompute(models.Model):
    """From approved figures and targets to the payable list, a few queries per rule and period."""

    _inherit = "crm.reward.rule"

    def _compute_rewards(self, day):
        """Write the payable list of the rule; see `action_compute`.

        Figures, targets and lines of everybody are read and written: who may start it was checked,
        and what it writes follows from what others have approved.
        """
        self.ensure_one()
        for period in self._get_over_periods(day):
            self.sudo()._compute_period(period)

    def _compute_period(self, period):
        earned = self._get_earned(period)
        lines = {
            (line.team_id.id or line.user_id.id): line
            for line in self.env["crm.reward"].search(
                [
                    ("rule_id", "=", self.id),
                    ("granularity", "=", self.granularity),
                    ("date_from", "=", period.date_from),
                    ("scope", "=", self.scope),
                ]
            )
        }
        self.env["crm.reward"].create(
            [
                self._prepare_reward_values(period, unit_id, values)
                for unit_id, values in earned.items()
                if unit_id not in lines and values["amount"] > 0
            ]
        )
        nothing = self._describe_earned(0.0, 0.0) | {"surplus": 0.0, "amount": 0.0}
        for unit_id, line in lines.items():
            line._update_earned(earned.get(unit_id, nothing))

    def _prepare_reward_values(self, period, unit_id, values):
        return {
            "rule_id": self.id,
            "company_id": self.company_id.id,
            "indicator_id": self.indicator_id.id,
            "granularity": self.granularity,
            "date_from": period.date_from,
            "scope": self.scope,
            "team_id": unit_id if self.scope == "team" else False,
            "user_id": unit_id if self.scope == "person" else False,
            "currency_id": self.currency_id.id,
            "current_value": values["value"],
            "current_amount": values["amount"],
            **values,
        }

    def _get_earned(self, period):
        """What every unit of the rule earned: `{team or user id: figure, standard, amount}`."""
        figures = self._get_unit_values(self.env["crm.indicator.value"], period)
        targets = {}
        if self.standard_type == "target" and self.formula != "steps":
            targets = self._get_unit_values(self.env["crm.target"], period)
        unit_ids = self._get_unit_ids()
        indicator = self.indicator_id
        if indicator._counts_absence() and indicator._has_measured(
            self.granularity, period.date_from, self.company_id
        ):
            # Nothing counted is a figure: zero, which may be the best there is.
            figures = dict.fromkeys(unit_ids, 0.0) | figures
        earned = {}
        for unit_id in unit_ids & figures.keys():
            standard = self.standard
            if self.standard_type == "target" and self.formula != "steps":
                if unit_id not in targets:
                    continue
                standard = targets[unit_id] * self.standard_share / 100
            earned[unit_id] = self._describe_earned(figures[unit_id], standard)
        return earned

    def _describe_earned(self, value, standard):
        return {
            "formula": self.formula,
            "value": value,
            "standard": standard,
            "surplus": get_surplus(value, standard, self.indicator_id.direction),
            "amount": self._get_amount(value, standard),
        }

    def _get_unit_values(self, model, period):
        """Approved figures or targets of the period by unit, in one query."""
        field = "team_id" if self.scope == "team" else "user_id"
        states = COUNTING if model._name == "crm.target" else ("approved",)
        rows = model.search_read(
            [
                ("indicator_id", "=", self.indicator_id.id),
                ("granularity", "=", self.granularity),
                ("date_from", "=", period.date_from),
                ("scope", "=", self.scope),
                ("company_id", "=", self.company_id.id),
                ("state", "in", states),
            ],
            [field, "value"],
            load=None,
        )
        return {row[field]: row["value"] for row in rows}

    def _get_unit_ids(self):
        """The teams or persons that can earn by the rule, those who have left included."""
        domain = Domain("company_id", "in", [self.company_id.id, False])
        if self.team_ids:
            domain &= Domain("id", "child_of", self.team_ids.ids)
        teams = self.env["crm.team"].with_context(active_test=False).search(domain)
        if self.scope == "team":
            return set(teams.ids)
        members = self.env["crm.team.member"].with_context(active_test=False)
        groups = members._read_group([("crm_team_id", "in", teams.ids)], ["user_id"])
        unit_ids = {user.id for (user,) in groups}
        if not self.team_ids:
            users = self.env["res.users"].with_context(active_test=False)
            domain = [("company_ids", "in", self.company_id.ids), ("share", "=", False)]
            unit_ids |= set(users.search(domain).ids)
        return unit_ids
