from odoo import api, fields, models
from odoo.tools import SQL

from .crm_indicator_definition import DefinitionError


class CrmIndicatorCode(models.Model):
    """Indicators that an app computes in a way of its own.

    An app registers a key in `_get_code_sources` and adds the method `_get_<key>_sql`. Users
    choose among the registered keys; nothing that they type is ever run.
    """

    _inherit = "crm.indicator"

    method = fields.Selection(
        selection="_selection_method",
        help="How the figure is computed, among the ways that the installed apps know.",
    )

    @api.model
    def _selection_method(self):
        return sorted(self._get_code_sources().items(), key=lambda choice: choice[1])

    @api.model
    def _get_code_sources(self):
        """The ways of computing that apps provide: `{key: label}`.

        To be extended. Every key has a method `_get_<key>_sql(granularity, calendars)`, run with
        all rights, that returns a SELECT of the figures of all units: `scope`, `company_id`,
        `team_id`, `user_id`, `date_from`, `value`, `numerator`, `denominator`. In its reach are
        the tables `period` and `calendar` (see `_get_period_table_sql`), `company_tree` and
        `team_tree` (`id`, `unit_id`: itself and all those above it). Figures that are measured on
        parts are rolled up by `_get_code_parts_sql`. Whatever stands in the way is said by
        raising `DefinitionError`.
        """
        return {}

    @api.model
    def _get_additive_code_sources(self):
        """Keys of `_get_code_sources` whose figures add up over units and periods.

        Where such a source has no row, the figure is zero.
        """
        return set()

    @api.model
    def _get_present_code_sources(self):
        """Keys of `_get_code_sources` that know the present state only.

        They are measured for the running period; earlier figures stay as they were measured.
        """
        return set()

    def _get_code_sql(self, granularity, calendars):
        if self.method not in self._get_code_sources():
            raise DefinitionError(
                "unavailable", self.env._("The app that computes this figure is not installed.")
            )
        return getattr(self, f"_get_{self.method}_sql")(granularity, calendars)

    def _get_code_parts_sql(self, parts, aggregate):
        """The figures of all units from a SELECT of parts; see `_get_rolled_up_sql`.

        Shares are given as fractions; they become percentages where the indicator is one.
        """
        return SQL(
            """
            WITH part AS (%s), rolled_up AS (%s)
            SELECT scope, company_id, team_id, user_id, date_from, %s * value AS value,
                   numerator, denominator
              FROM rolled_up
            """,
            parts,
            self._get_rolled_up_sql(aggregate),
            100.0 if self.is_percentage else 1.0,
        )

    def _get_code_records(self, _unit, _granularity, _period):
        """The records behind a figure that an app computes: model and domain, or None."""
        return None
