from datetime import timedelta

from odoo import api, models
from odoo.addons.crm_targets.tools.period import get_year_before
from odoo.addons.crm_targets.tools.split import split_table
from odoo.exceptions import UserError


class CrmTargetBatch(models.Model):
    """What splitting, proposing and copying have in common: weights, and writing many targets."""

    _inherit = "crm.target"

    # ------------------------------------------------------------
    # Weights
    # ------------------------------------------------------------

    @api.model
    def _get_history_weights(self, places):
        """Figures of the same period a year before; nothing where there is none, or a loss.

        :param places: tuples as `_get_place` gives them.
        """
        figures = self._get_history(places)
        return {place: max(figures.get(place) or 0.0, 0.0) for place in places}

    @api.model
    def _get_history(self, places):
        """`{place: figure of the same period a year before}`, absent where there is none.

        They are figures of units that the user is about to set targets for.
        """
        wanted = {
            place: (place[1], place[0], place[2], self._get_year_before(place).date_from)
            for place in places
        }
        return self.env["crm.indicator.value"]._get_actuals(wanted)

    @api.model
    def _get_year_before(self, place):
        """The period of the year before that compares with that of a place."""
        _indicator_id, key, granularity, day = place
        company = self.env["res.company"].browse(key[1])
        return get_year_before(granularity, day, company._get_fiscal_first_month())

    @api.model
    def _get_working_day_weights(self, places):
        """Number of working days of the unit in the period, in one go for all of them."""
        if not places:
            return {}
        periods = {
            place: self._get_period(place[2], place[3], self.env["res.company"].browse(place[1][1]))
            for place in places
        }
        first = min(period.date_from for period in periods.values())
        last = max(period.date_to for period in periods.values())
        days = {
            key: set(found)
            for key, found in self._get_working_days(
                {place[1] for place in places}, first, last
            ).items()
        }
        return {
            place: float(
                sum(
                    period.date_from + timedelta(days=number) in days[place[1]]
                    for number in range((period.date_to - period.date_from).days + 1)
                )
            )
            for place, period in periods.items()
        }

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _set_targets(self, vals_list):
        """Create targets, or change those that there are for the same unit and period.

        What is no draft keeps its value and is only linked to its whole. A new part is linked in
        the other direction, too, where the whole of that direction is there.

        :return: the targets in the order of the values.
        """
        vals_list = list(vals_list)
        places = [self._get_values_place(vals) for vals in vals_list]
        found = self._find_targets(places)
        self._add_cross_links(vals_list, places)
        new = [vals for vals, place in zip(vals_list, places, strict=True) if place not in found]
        created = iter(self.create(new))
        targets = []
        for vals, place in zip(vals_list, places, strict=True):
            target = found.get(place)
            if target is None:
                targets.append(next(created).id)
                continue
            links = ("parent_id", "period_parent_id")
            names = (*links, "value", "note") if target.state == "draft" else links
            changed = {
                name: vals[name]
                for name in names
                if name in vals
                and vals[name] != (target[name].id if name in links else target[name])
            }
            if changed:
                target.write(changed)
            targets.append(target.id)
        return self.browse(targets)

    @api.model
    def _get_values_place(self, vals):
        key = (vals["scope"], vals["company_id"], vals["team_id"] or 0, vals["user_id"] or 0)
        return (vals["indicator_id"], key, vals["granularity"], vals["date_from"])

    @api.model
    def _add_cross_links(self, vals_list, places):
        """A store's month that is part of its year is also part of its region's month."""
        wanted = {}
        for number, (vals, place) in enumerate(zip(vals_list, places, strict=True)):
            indicator_id, key, granularity, day = place
            whole = self.browse(vals.get("period_parent_id")).parent_id
            if whole and "parent_id" not in vals:
                # where a part belongs follows from its whole; the rules of what is found decide
                above = whole.sudo()._get_unit_key()
                wanted[number, "parent_id"] = (indicator_id, above, granularity, day)
            whole = self.browse(vals.get("parent_id")).period_parent_id
            if whole and "period_parent_id" not in vals:
                # as above
                longer = whole.sudo()
                wanted[number, "period_parent_id"] = (
                    indicator_id,
                    key,
                    longer.granularity,
                    longer.date_from,
                )
        found = self._find_targets(wanted.values())
        for (number, name), place in wanted.items():
            if place in found:
                vals_list[number][name] = found[place].id

    # ------------------------------------------------------------
    # Both ways
    # ------------------------------------------------------------

    def _fill_tables(self):
        """Where targets have parts by unit and over time, set the parts of both: stores by months.

        Rows (a unit over its periods) and columns (a period over its units) add up exactly.
        """
        level = self.filtered(lambda target: target.child_ids and target.period_child_ids)
        while level:
            self._set_targets(values for target in level for values in target._prepare_table())
            below = level.child_ids | level.period_child_ids
            level = below.filtered(lambda target: target.child_ids and target.period_child_ids)

    def _prepare_table(self):
        """Values of the parts of both: of every unit in every period."""
        self.ensure_one()
        step = self._get_step()
        units, periods = self.child_ids, self.period_child_ids.sorted("date_from")
        try:
            table = split_table(units.mapped("value"), periods.mapped("value"), step)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "The parts of %(target)s by unit and over time cannot be kept in step: either "
                    "way they must add up to the same sum, and none may be negative while others "
                    "are not. Make them add up first, or split without keeping both in step.",
                    target=self.display_name,
                )
            ) from error
        return [
            {
                "indicator_id": self.indicator_id.id,
                **self._get_key_values(unit._get_unit_key()),
                "granularity": period.granularity,
                "date_from": period.date_from,
                "value": value,
                "parent_id": period.id,
                "period_parent_id": unit.id,
            }
            for unit, row in zip(units, table, strict=True)
            # One's own part is up to who leads above; its periods are the gap until then.
            if unit.has_access("write")
            for period, value in zip(periods, row, strict=True)
        ]
