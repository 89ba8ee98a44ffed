from odoo import api, fields, models
from odoo.exceptions import UserError

_UNIT = ("scope", "company_id", "team_id", "user_id")
_LOCKED = frozenset(("indicator_id", "granularity", "date_from", "value", *_UNIT))


class CrmTarget(models.Model):
    _name = "crm.target"
    _inherit = ["crm.figure.mixin", "mail.thread"]
    _description = "Target"

    value = fields.Float(string="Target", tracking=True)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        help="Only approved targets count on scorecards. They are locked against changes.",
    )
    note = fields.Text(help="How the target came about.")
    active = fields.Boolean(default=True)

    _unit_period_unique = models.UniqueIndex(
        "(indicator_id, granularity, date_from, scope, company_id, "
        "COALESCE(team_id, 0), COALESCE(user_id, 0)) WHERE active",
        "There is already a target of this indicator for this unit and period.",
    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        if not vals.keys().isdisjoint(_LOCKED) and any(
            target.state == "approved" for target in self
        ):
            raise UserError(
                self.env._("An approved target is locked. Set it back to draft to change it.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        if any(target.state == "approved" for target in self):
            raise UserError(
                self.env._("An approved target cannot be deleted. Set it back to draft first.")
            )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_approve(self):
        """Lock the targets and let them count."""
        self.check_access("write")
        self.filtered(lambda target: target.state == "draft").state = "approved"
        return True

    def action_draft(self):
        """Unlock the targets; they do not count until they are approved again."""
        self.check_access("write")
        self.filtered(lambda target: target.state == "approved").state = "draft"
        return True

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _get_targets(self, indicators, unit, granularity, day):
        """Approved targets of one unit for the period that begins on `day`, as far as the user may
        read them: `{indicator id: value}`.
        """
        targets = self._get_unit_targets(indicators, unit, granularity, [day])
        return {indicator_id: value for (_unit, indicator_id, _day), value in targets.items()}

    @api.model
    def _get_unit_targets(self, indicators, units, granularity, days):
        """Approved targets of many units at once: `{(unit key, indicator id, first day): value}`.

        :param units: records with the unit mixin.
        :param list days: first days of periods.
        """
        if not units:
            return {}
        keys = {unit._get_unit_key() for unit in units}
        rows = self.search_read(
            [
                ("indicator_id", "in", indicators.ids),
                ("granularity", "=", granularity),
                ("date_from", "in", days),
                ("state", "=", "approved"),
                *self._get_units_domain(keys),
            ],
            ["indicator_id", "date_from", "value", "scope", "company_id", "team_id", "user_id"],
            load=None,
        )
        targets = {
            (self._get_row_unit_key(row), row["indicator_id"], row["date_from"]): row["value"]
            for row in rows
        }
        return {key: value for key, value in targets.items() if key[0] in keys}
