from odoo import api, models


class CrmIndicatorValueActual(models.Model):
    _inherit = "crm.indicator.value"

    @api.model
    def _get_actuals(self, wanted):
        """Figures of any units, indicators and periods at once, in one query.

        :param dict wanted: by any key, a tuple of unit key, id of the indicator, granularity and
            first day.
        :return: `{key: figure}` as far as the user may read them; what has no figure is absent,
            what counts or sums and found no record is zero.
        """
        if not wanted:
            return {}
        units, indicator_ids, granularities, days = map(set, zip(*wanted.values(), strict=True))
        rows = self.search_read(
            [
                ("indicator_id", "in", sorted(indicator_ids)),
                ("granularity", "in", sorted(granularities)),
                ("date_from", "in", sorted(days)),
                ("state", "=", "approved"),
                *self._get_units_domain(units),
            ],
            [
                *("indicator_id", "granularity", "date_from", "value"),
                *("scope", "company_id", "team_id", "user_id"),
            ],
            load=None,
        )
        found = {
            (
                self._get_row_unit_key(row),
                row["indicator_id"],
                row["granularity"],
                row["date_from"],
            ): row["value"]
            for row in rows
        }
        indicators = self.env["crm.indicator"].browse(indicator_ids)
        absent = {
            indicator.id: indicator for indicator in indicators if indicator._counts_absence()
        }
        result = {}
        for key, figure in wanted.items():
            unit, indicator_id, granularity, day = figure
            if figure in found:
                result[key] = found[figure]
            elif indicator_id in absent:
                company = self.env["res.company"].browse(unit[1])
                if absent[indicator_id]._has_measured(granularity, day, company):
                    result[key] = 0.0
        return result
