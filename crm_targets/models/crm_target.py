from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_unit_mixin import SCOPES

STATES = [
    ("draft", "Draft"),
    ("submitted", "Submitted"),
    ("approved", "Approved"),
    ("locked", "Locked"),
]
COUNTING = ("approved", "locked")
_FIXED = frozenset(
    (
        *("indicator_id", "granularity", "date_from", "value", "active"),
        *("scope", "company_id", "team_id", "user_id"),
    )
)


class CrmTarget(models.Model):
    _name = "crm.target"
    _inherit = ["crm.figure.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Target"
    # Whoever a target is for may talk about it.
    _mail_post_access = "read"

    indicator_id = fields.Many2one(tracking=True)
    granularity = fields.Selection(tracking=True, default="month")
    date_from = fields.Date(tracking=True)
    scope = fields.Selection(SCOPES, tracking=True, default=lambda self: self._default_scope())
    # What was agreed outlives who it was agreed with: teams and persons with targets are archived.
    team_id = fields.Many2one(tracking=True, ondelete="restrict")
    user_id = fields.Many2one(tracking=True, ondelete="restrict")
    value = fields.Float(string="Target", tracking=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
        help="Approved and locked targets count on scorecards. Only a draft can be changed.",
    )
    note = fields.Text(tracking=True, help="How the target came about.")
    active = fields.Boolean(default=True, tracking=True)

    _unit_period_unique = models.UniqueIndex(
        "(indicator_id, granularity, date_from, scope, company_id, "
        "COALESCE(team_id, 0), COALESCE(user_id, 0)) WHERE active",
        "There is already a target of this indicator for this unit and period.",
    )

    @api.model
    def _default_scope(self):
        # Only administrators set what a company is to reach.
        is_admin = self.env.user.has_group("crm_targets.group_crm_targets_admin")
        return "company" if is_admin else "person"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_input(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_input(vals)
        if not vals.keys().isdisjoint(_FIXED):
            self._check_draft()
        return super().write(vals)

    @api.model
    def _check_input(self, vals):
        """Say in a sentence what cannot be meant; the fields themselves would only crash."""
        for name in ("granularity", "scope", "state", "date_from", "value"):
            try:
                if vals.get(name):
                    self._fields[name].convert_to_cache(vals[name], self)
            except (ValueError, TypeError) as error:
                raise UserError(
                    self.env._(
                        "“%(value)s” cannot be the %(field)s of a target.",
                        value=self.env["crm.indicator"]._shorten(vals[name]),
                        field=self._fields[name]._description_string(self.env),
                    )
                ) from error

    def copy_data(self, default=None):
        # A period has one target: the copy is for the period after it.
        return [
            {
                **vals,
                "date_from": (default or {}).get("date_from") or target.date_to + timedelta(days=1),
            }
            for target, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        kept = self.filtered(lambda target: target.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "%(target)s is no draft and cannot be deleted. Set it back to draft first.",
                    target=kept[0].display_name,
                )
            )

    def _check_draft(self):
        """Only drafts change: who approved something has approved what is there."""
        fixed = self.filtered(lambda target: target.state != "draft")
        if fixed:
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(target)s is in state “%(state)s” and cannot be changed. "
                    "Set it back to draft first.",
                    target=fixed[0].display_name,
                    state=states[fixed[0].state],
                )
            )

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def get_import_templates(self):
        """The file to begin an import with: a target a line."""
        return [
            {
                "label": self.env._("Import Template for Targets"),
                "template": "/crm_targets/static/xls/crm_target.xlsx",
            }
        ]

    @api.model
    def _get_targets(self, indicators, unit, granularity, day):
        """Targets of one unit for the period that begins on `day`, if they are approved or locked
        and the user may read them: `{indicator id: value}`.
        """
        targets = self._get_unit_targets(indicators, unit, granularity, [day])
        return {indicator_id: value for (_unit, indicator_id, _day), value in targets.items()}

    @api.model
    def _get_unit_targets(self, indicators, units, granularity, days):
        """Approved and locked targets of many units at once.

        :return: `{(unit key, indicator id, first day): value}`.
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
                ("state", "in", COUNTING),
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
