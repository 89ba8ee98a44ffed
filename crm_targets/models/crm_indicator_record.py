import math
from contextlib import suppress

from odoo import api, models
from odoo.exceptions import UserError

from .crm_figure_mixin import GRANULARITIES

_BATCH = 1000
_MAX_INTEGER = 2**31 - 1
_UNITS = ("company_id", "team_id", "user_id")
_ITEM_KEYS = frozenset(("code", "granularity", "date", "value", *_UNITS))


class CrmIndicatorRecord(models.Model):
    """Figures from outside: entered by programs, for indicators that no record in Odoo carries."""

    _inherit = "crm.indicator"

    @api.model
    def record(self, values):
        """Enter figures of indicators whose source is “Entered or sent”.

        Every item is answered for itself; a bad one does not lose the others. The same unit and
        period sent again replaces the figure.

        :param list values: up to 1,000 items with `code`, `granularity` (`week`, `month`,
            `quarter`, `year`), `date` (any day of the period, ISO 8601), `value`, and at most one
            of `company_id`, `team_id`, `user_id`; without any, the current company. With
            `user_id`, `company_id` may say in which company.
        :return: a list in the same order of
            `{"status": "created" | "updated" | "error", "id": int | False, "error": str}`.
        """
        if not isinstance(values, list) or len(values) > _BATCH:
            raise UserError(
                self.env._("“values” is a list of up to %(count)s figures.", count=_BATCH)
            )
        figures = self.env["crm.indicator.value"]
        figures.check_access("create")
        prepared, answers = [], []
        lookups = self._get_record_lookups(values)
        for item in values:
            try:
                prepared.append(self._prepare_recorded_values(item, lookups))
                answers.append(None)
            except UserError as error:
                prepared.append(None)
                answers.append({"status": "error", "id": False, "error": str(error)})
        found = self._get_recorded([vals for vals in prepared if vals])
        new = {}
        for vals in prepared:
            if vals and self._get_record_key(vals) not in found:
                new[self._get_record_key(vals)] = vals  # the last of the same figure counts
        # Created with all rights and then held against the rules of the caller, item by item: one
        # refused figure must not lose the others. Nothing that is refused stays.
        created = figures.sudo().create(list(new.values())).with_env(self.env)
        granted = created._filtered_access("create")
        (created - granted).sudo().unlink()
        granted_ids = set(granted.ids)
        found |= {key: row for key, row in zip(new, created, strict=True) if row.id in granted_ids}
        writable = set(figures.union(*found.values())._filtered_access("write").ids)
        for index, vals in enumerate(prepared):
            if not vals:
                continue
            key = self._get_record_key(vals)
            row = found.get(key)
            if row is None or row.id not in writable:
                error = self.env._("You may not enter figures for this unit.")
                answers[index] = {"status": "error", "id": False, "error": error}
                continue
            status = "created" if key in new else "updated"
            new.pop(key, None)
            row.write({"value": vals["value"], "numerator": vals["value"]})
            answers[index] = {"status": status, "id": row.id, "error": ""}
        return answers

    @api.model
    def _get_record_lookups(self, values):
        """What the items name, looked up once: indicators, and the units that the caller sees."""
        items = [item for item in values if isinstance(item, dict)]

        def collect(key, kind):
            return [item[key] for item in items if type(item.get(key)) is kind]

        def ids(key):
            return [id_ for id_ in collect(key, int) if 0 < id_ <= _MAX_INTEGER]

        # All of them: they are few, and a code that is no text for the database finds none.
        indicators = self.search([])
        users = self.env["res.users"].search([("id", "in", ids("user_id"))])
        return {
            "code": {indicator.code: indicator for indicator in indicators},
            "team_id": {
                team.id: team
                for team in self.env["crm.team"].search([("id", "in", ids("team_id"))])
            },
            "user_id": {user.id: user for user in users},
            "company_id": {company.id: company for company in self.env.companies},
        }

    @api.model
    def _prepare_recorded_values(self, item, lookups):
        """Values of `crm.indicator.value` for one item.

        :raises UserError: with a sentence that says what is wrong with it.
        """
        _ = self.env._
        if not isinstance(item, dict):
            raise UserError(_("A figure is an object with code, granularity, date and value."))
        unknown = [self._shorten(key) for key in item if key not in _ITEM_KEYS]
        if unknown:
            raise UserError(_("Unknown key “%(keys)s”.", keys="”, “".join(sorted(unknown)[:5])))
        indicator = self._look_up(lookups, item, "code", str)
        if not indicator:
            raise UserError(_("“code” is missing."))
        if indicator.source != "manual":
            raise UserError(
                _("“%(code)s” is measured on records and cannot be entered.", code=indicator.code)
            )
        granularity = item.get("granularity")
        if not isinstance(granularity, str) or granularity not in dict(GRANULARITIES):
            raise UserError(_("“granularity” is week, month, quarter or year."))
        day = self._parse_day(item.get("date"), "date")
        if not day:
            raise UserError(_("“date” is missing."))
        value = self._parse_number(item.get("value"))
        unit = self._prepare_recorded_unit(item, lookups)
        company = self.env["res.company"].browse(unit["company_id"])
        period = self.env["crm.figure.mixin"]._get_period(granularity, day, company)
        return {
            "indicator_id": indicator.id,
            "granularity": granularity,
            "date_from": period.date_from,
            "value": value,
            "numerator": value,
            "denominator": 1.0,
            **unit,
        }

    @api.model
    def _parse_number(self, value):
        """A finite number; a whole number too large for a float is none."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            with suppress(OverflowError):
                if math.isfinite(value):
                    return float(value)
        raise UserError(self.env._("“value” is a number."))

    @api.model
    def _prepare_recorded_unit(self, item, lookups):
        company = self._look_up(lookups, item, "company_id", int)
        team = self._look_up(lookups, item, "team_id", int)
        user = self._look_up(lookups, item, "user_id", int)
        if team and user:
            raise UserError(self.env._("A figure is for a team or for a person, not for both."))
        company = company or (team and team.company_id) or self.env.company
        if (team.company_id and team.company_id != company) if team else False:
            raise UserError(self.env._("The team does not belong to this company."))
        # a refusal of what the caller named; no company is told
        if user and company not in user.sudo().company_ids:
            raise UserError(self.env._("The person does not belong to this company."))
        return {
            "scope": "team" if team else "person" if user else "company",
            "company_id": company.id,
            "team_id": team.id if team else False,
            "user_id": user.id if user else False,
        }

    @api.model
    def _look_up(self, lookups, item, key, kind):
        """What the item names under `key`; None when it names nothing."""
        value = item.get(key)
        if value is None or value is False:
            return None
        found = lookups[key].get(value) if type(value) is kind else None
        if found is None:
            raise UserError(
                self.env._("Unknown %(key)s “%(value)s”.", key=key, value=self._shorten(value))
            )
        return found

    @api.model
    def _get_recorded(self, vals_list):
        """The figures that are there already, by key, whoever may see them."""
        if not vals_list:
            return {}
        rows = (
            self.env["crm.indicator.value"]
            # All rows of the key must be found, seen or not: the key is unique.
            .sudo()
            .search(
                [
                    ("indicator_id", "in", [vals["indicator_id"] for vals in vals_list]),
                    ("date_from", "in", [vals["date_from"] for vals in vals_list]),
                    ("company_id", "in", [vals["company_id"] for vals in vals_list]),
                ]
            )
        )
        keys = {self._get_record_key(vals) for vals in vals_list}
        found = {
            (row.indicator_id.id, row.granularity, row.date_from, *row._get_unit_key()): row
            for row in rows
        }
        return {key: row.with_env(self.env) for key, row in found.items() if key in keys}

    @staticmethod
    def _get_record_key(vals):
        return (
            vals["indicator_id"],
            vals["granularity"],
            vals["date_from"],
            vals["scope"],
            vals["company_id"],
            vals["team_id"] or 0,
            vals["user_id"] or 0,
        )
