from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import shift_years
from odoo.addons.crm_targets.tools.split import round_to, split_total
from odoo.exceptions import UserError

MOST_SHIFT = 100
MOST_TARGETS = 2000


class CrmTargetCopy(models.TransientModel):
    """Copy targets to another period, times a factor; what belonged together stays together."""

    _name = "crm.target.copy"
    _description = "Copy Targets to Another Period"

    target_ids = fields.Many2many(
        "crm.target",
        string="Targets",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    with_parts = fields.Boolean(
        default=True, help="Copy the parts by unit and over time, and theirs, as well."
    )
    shift = fields.Integer(
        string="Later By",
        required=True,
        default=1,
        help="By how many years or periods the copies are later; earlier, if negative.",
    )
    shift_unit = fields.Selection(
        [("year", "Years"), ("period", "Periods of their own length")],
        required=True,
        default="year",
        help="A year later, a week is the one with the same ISO number.",
    )
    factor = fields.Float(
        required=True,
        default=1.0,
        digits=0,
        help="What the targets are multiplied by: 1.05 is five per cent more.",
    )
    replace = fields.Boolean(
        string="Replace Drafts",
        help="Give drafts of the other period the copied figure. Without it they stay as they "
        "are, and so does in any case what has been submitted or approved.",
    )

    def action_copy(self):
        """Create the copies as drafts and open them."""
        self.ensure_one()
        targets = self.target_ids
        if self.with_parts:
            targets |= targets._get_all_parts()
        self._check_numbers(targets)
        places = self._get_places(targets)
        present = self.env["crm.target"]._find_targets(places.values())
        copies, free = {}, []
        # A place that two weeks fall into (53 and 52) belongs to the first of them.
        owners = {place: target for target, place in reversed(places.items())}
        values = self._get_values(targets, present, places, owners)
        for target, place in places.items():
            if place in present and not (self.replace and present[place].state == "draft"):
                copies[target] = present[place]
            elif owners[place] == target:
                free.append(target)
        made = self.env["crm.target"]._set_targets(
            self._prepare_values(target, places[target], values[target]) for target in free
        )
        copies |= dict(zip(free, made, strict=True))
        self._link(free, copies)
        if not made:
            raise UserError(
                self.env._("There are targets for these periods already: nothing was copied.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_targets.crm_target_action")
        return {**action, "domain": [("id", "in", made.ids)], "context": {}}

    def _check_numbers(self, targets):
        _ = self.env._
        if not self.shift or abs(self.shift) > MOST_SHIFT:
            raise UserError(
                _(
                    "Targets are copied by 1 to %(most)s years or periods, forward or back.",
                    most=MOST_SHIFT,
                )
            )
        if not 0 <= self.factor <= MOST_SHIFT:
            raise UserError(_("The factor is a number from 0 to %(most)s.", most=MOST_SHIFT))
        if len(targets) > MOST_TARGETS:
            raise UserError(
                _("These are more than %(most)s targets: copy fewer at once.", most=MOST_TARGETS)
            )

    def _get_places(self, targets):
        """`{target: (indicator id, unit key, granularity, first day) of its copy}`."""
        places = {}
        for target in targets:
            company, granularity = target.company_id, target.granularity
            if self.shift_unit == "year":
                first_month = company._get_fiscal_first_month()
                period = shift_years(granularity, target.date_from, self.shift, first_month)
            else:
                period = target._get_period(granularity, target.date_from, company, self.shift)
            target._get_checked_period(granularity, period.date_to, company)
            indicator_id, key, _granularity, _day = target._get_place()
            places[target] = (indicator_id, key, granularity, period.date_from)
        return places

    @api.model
    def _prepare_values(self, target, place, value):
        return {
            "indicator_id": place[0],
            **target._get_key_values(place[1]),
            "granularity": place[2],
            "date_from": place[3],
            "value": value,
            "note": self.env._(
                "Copy of %(target)s, times %(factor)s.",
                target=target.display_name,
                factor=self.factor,
            ),
        }

    def _get_values(self, targets, present, places, owners):
        """Values of the copies. Parts that added up to their whole do so again, to the cent; what
        would be of a week that the other year does not have is shared by the others.
        """
        values, groups = {}, {}
        for target in targets:
            whole = next(
                (link for link in (target.parent_id, target.period_parent_id) if link in targets),
                self.env["crm.target"],
            )
            groups.setdefault(whole, []).append(target)

        def multiply(whole):
            parts = groups.pop(whole, [])
            if whole and parts:
                step = whole._get_step()
                old = [part.value for part in parts]
                kept = present.get(places[whole])
                base = kept.value if kept and not self.replace else values[whole]
                total = base + round_to((sum(old) - whole.value) * self.factor, step)
                weights = [part.value if owners[places[part]] == part else 0.0 for part in parts]
                weighed = all(value >= 0 for value in old) and any(weights) and abs(total) < 1e12
                shares = split_total(total, weights, step) if weighed else None
            else:
                shares = None
            for place, part in enumerate(parts):
                step = part._get_step()
                values[part] = shares[place] if shares else round_to(part.value * self.factor, step)
                multiply(part)

        multiply(self.env["crm.target"])
        return values

    @api.model
    def _link(self, targets, copies):
        """What was a part of a copied target is a part of its copy."""
        made = {copy._get_place(): copy for copy in copies.values()}
        for name in ("parent_id", "period_parent_id"):
            links = {}
            for target in targets:
                copy, whole = copies[target], copies.get(target[name])
                if whole and name == "period_parent_id":
                    whole = self._get_whole_of_period(copy, whole, made)
                if whole:
                    links.setdefault(whole, self.env["crm.target"])
                    links[whole] |= copy
            for whole, parts in links.items():
                parts.filtered(lambda part, name=name: not part[name]).write({name: whole.id})

    @api.model
    def _get_whole_of_period(self, part, whole, made):
        """The copy that a part over time belongs to: in another year the Thursday of a week may lie
        in another month, or outside of all that was copied.
        """
        if whole._holds(part.granularity, part.date_from):
            return whole
        indicator_id, key, granularity, _day = whole._get_place()
        thursday = part.date_from + timedelta(days=3)
        period = whole._get_period(granularity, thursday, whole.company_id)
        return made.get((indicator_id, key, granularity, period.date_from))
