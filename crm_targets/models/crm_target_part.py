from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.split import round_to, split_total
from odoo.exceptions import AccessError, UserError, ValidationError

from .crm_figure_mixin import GRANULARITIES

_LENGTHS = [name for name, _label in GRANULARITIES]


class CrmTargetPart(models.Model):
    """Targets as parts of others: by unit (`parent_id`) and over time (`period_parent_id`).

    A part keeps the whole it was made for: who moves to another team, or leaves, leaves the
    targets of that time with the team they were in.

    A week is part of the month, quarter or year in which its Thursday lies, as ISO 8601 counts it
    for the year: every week belongs to one whole, and the parts can add up.
    """

    _inherit = "crm.target"

    parent_id = fields.Many2one(
        "crm.target",
        string="Part Of",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        tracking=True,
        domain="[('indicator_id', '=', indicator_id), ('granularity', '=', granularity), "
        "('date_from', '=', date_from), ('id', '!=', id), ('scope', '!=', 'person')]",
        help="The target of a team or company above, in the same period, that this one is to "
        "help to reach.",
    )
    child_ids = fields.One2many("crm.target", "parent_id", string="Parts by Unit")
    parent_team_id = fields.Many2one(
        related="parent_id.team_id",
        string="For the Team",
        store=True,
        index="btree_not_null",
        help="The team whose target this is a part of. It stays when the person moves.",
    )
    period_parent_id = fields.Many2one(
        "crm.target",
        string="Part of the Period",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        tracking=True,
        domain="[('indicator_id', '=', indicator_id), ('scope', '=', scope), "
        "('company_id', '=', company_id), ('team_id', '=', team_id), ('user_id', '=', user_id), "
        "('date_from', '<=', date_to), ('date_to', '>=', date_from), ('id', '!=', id)]",
        help="The target of a longer period that this one is a part of. A week belongs to the "
        "period in which its Thursday lies.",
    )
    period_child_ids = fields.One2many("crm.target", "period_parent_id", string="Parts over Time")
    unit_part_count = fields.Integer(compute="_compute_unit_parts", store=True)
    unit_mismatch = fields.Float(
        string="Gap by Unit",
        compute="_compute_unit_parts",
        store=True,
        digits=0,
        aggregator=None,
        help="The target less all its parts by unit. Zero when they add up, or when it is not "
        "split.",
    )
    period_part_count = fields.Integer(compute="_compute_period_parts", store=True)
    period_mismatch = fields.Float(
        string="Gap over Time",
        compute="_compute_period_parts",
        store=True,
        digits=0,
        aggregator=None,
        help="The target less all its parts over time. Zero when they add up, or when it is not "
        "split.",
    )
    is_additive = fields.Boolean(related="indicator_id.is_additive")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("value", "child_ids.value", "child_ids.active")
    def _compute_unit_parts(self):
        sums = self._get_part_sums("parent_id")
        for target in self:
            target.unit_part_count, total = sums.get(target._origin.id, (0, 0.0))
            target.unit_mismatch = target._get_mismatch(target.unit_part_count, total)

    @api.depends("value", "period_child_ids.value", "period_child_ids.active")
    def _compute_period_parts(self):
        sums = self._get_part_sums("period_parent_id")
        for target in self:
            target.period_part_count, total = sums.get(target._origin.id, (0, 0.0))
            target.period_mismatch = target._get_mismatch(target.period_part_count, total)

    def _get_part_sums(self, link):
        """`{target id: (number of its parts, their sum)}`."""
        groups = self._read_group(
            [(link, "in", self._origin.ids)], [link], ["__count", "value:sum"]
        )
        return {whole.id: (count, total) for whole, count, total in groups}

    def _get_mismatch(self, count, total):
        self.ensure_one()
        step = self._get_step()
        return round_to(round_to(self.value, step) - total, step) if count else 0.0

    def _get_step(self):
        """The smallest unit of the figure: that of the currency, or of its decimals."""
        self.ensure_one()
        return self._get_smallest_unit(self.indicator_id, self.company_id)

    @api.model
    def _get_smallest_unit(self, indicator, company):
        """The step of figures of an indicator: that of the currency for money, else of decimals."""
        if indicator.is_monetary:
            return company.sudo().currency_id.rounding or 0.01
        return 10.0**-indicator.decimals

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("parent_id", "period_parent_id")
    def _check_no_cycle(self):
        if self._has_cycle("parent_id") or self._has_cycle("period_parent_id"):
            raise ValidationError(self.env._("A target cannot be a part of itself."))

    @api.constrains(
        *("parent_id", "period_parent_id", "indicator_id", "granularity", "date_from"),
        *("scope", "company_id", "team_id", "user_id"),
    )
    def _check_parts(self):
        """Parts fit their whole, seen from either side; a whole may lie beyond the user's sight."""
        for part in (self | self.child_ids).sudo().filtered("parent_id"):
            if not part._is_unit_part():
                raise ValidationError(
                    self.env._(
                        "%(part)s cannot be a part of %(whole)s: a part has the same indicator "
                        "and period, and its team or person is below in the same company.",
                        part=part.display_name,
                        whole=part.parent_id.display_name,
                    )
                )
        # parts fit their whole, also where the user reads only one of them
        for part in (self | self.period_child_ids).sudo().filtered("period_parent_id"):
            if not part._is_period_part():
                raise ValidationError(
                    self.env._(
                        "%(part)s cannot be a part of %(whole)s: a part has the same indicator, "
                        "company, team and person, and a shorter period within.",
                        part=part.display_name,
                        whole=part.period_parent_id.display_name,
                    )
                )

        for whole in (self | self.period_parent_id).sudo().filtered("period_child_ids"):
            # Quarters and months of the same year would count twice.
            if len(set(whole.period_child_ids.mapped("granularity"))) > 1:
                raise ValidationError(
                    self.env._(
                        "%(whole)s has parts over time of another length already: split those "
                        "further, or delete them first.",
                        whole=whole.display_name,
                    )
                )

    def _is_unit_part(self):
        whole = self.parent_id
        same = ("indicator_id", "granularity", "date_from")
        if any(self[name] != whole[name] for name in same):
            return False
        if whole.scope == "company":
            ancestors = self.company_id.parent_ids
            below = self.scope != "company" or self.company_id != whole.company_id
            return below and whole.company_id in ancestors
        if whole.scope != "team" or self.scope == "company":
            return False
        if self.company_id != whole.company_id:
            return False
        # Teams can be moved later; the part stays with the team that it was made for.
        return self.scope == "person" or self.team_id != whole.team_id

    def _is_period_part(self):
        whole = self.period_parent_id
        return (
            self.indicator_id == whole.indicator_id
            and self._get_unit_key() == whole._get_unit_key()
            and _LENGTHS.index(self.granularity) < _LENGTHS.index(whole.granularity)
            and whole._holds(self.granularity, self.date_from)
        )

    def _holds(self, granularity, day):
        """Whether a shorter period that begins on `day` belongs to that of the target."""
        self.ensure_one()
        # Of a week, the Thursday says so.
        anchor = day + timedelta(days=3 if granularity == "week" else 0)
        return self.date_from <= anchor <= self.date_to

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create(vals_list)
        targets._check_wholes(vals_list)
        return targets

    def write(self, vals):
        result = super().write(vals)
        self._check_wholes([vals])
        return result

    @api.model
    def _check_wholes(self, vals_list):
        """Nobody changes the sums of targets that they may not see by hanging parts below them."""
        links = {vals.get(name) for vals in vals_list for name in ("parent_id", "period_parent_id")}
        wholes = self.browse(filter(None, links))
        if wholes - wholes._filtered_access("read"):
            raise AccessError(
                self.env._("You can make a target a part only of one that you may see.")
            )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_open_parts(self):
        """Open the target with its parts, theirs, and so on."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_targets.crm_target_action")
        return {
            **action,
            "name": self.display_name,
            "domain": [("id", "in", (self | self._get_all_parts()).ids)],
            "context": {},
        }

    def action_push_up_units(self):
        """Make the target the sum of its parts by unit."""
        return self._push_up("child_ids")

    def action_push_up_periods(self):
        """Make the target the sum of its parts over time."""
        return self._push_up("period_child_ids")

    def action_push_down_units(self):
        """Share the target out among its parts by unit again, in their present proportions."""
        return self._push_down("child_ids")

    def action_push_down_periods(self):
        """Share the target out among its parts over time again, in their present proportions."""
        return self._push_down("period_child_ids")

    def _push_up(self, parts):
        self._check_additive()
        for target in self.filtered(parts):
            # The sum is of all parts, whether or not the user may see each of them.
            total = sum(target.sudo()[parts].mapped("value"))
            target.value = round_to(total, target._get_step())
        return True

    def _push_down(self, parts):
        self._check_additive()
        for target in self.filtered(parts):
            # What the user may not change, or what is approved, stays; the others share the rest.
            free = (
                target[parts]._filtered_access("write").filtered(lambda part: part.state == "draft")
            )
            kept = target.sudo()[parts] - free
            if not free:
                raise UserError(
                    self.env._(
                        "None of the parts of %(target)s is a draft that you may change.",
                        target=target.display_name,
                    )
                )
            step = target._get_step()
            rest = round_to(target.value, step) - sum(kept.mapped("value"))
            if round_to(rest, step) * target.value < 0:
                raise UserError(self._explain_too_much_kept(target.display_name))
            weights = [max(part.value, 0.0) for part in free]
            shares = split_total(rest, weights if any(weights) else [1] * len(free), step)
            for part, share in zip(free, shares, strict=True):
                part.value = share
        return True

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _explain_too_much_kept(self, name):
        """Why the other parts of a whole would have to be of the opposite sign."""
        return self.env._(
            "The parts of %(target)s that stay as they are come to more than the target itself: "
            "raise it, or set some of them back to draft.",
            target=name,
        )

    def _check_additive(self):
        """Only what adds up can be split."""
        for indicator in self.indicator_id:
            if not indicator.is_additive:
                raise UserError(
                    self.env._(
                        "“%(indicator)s” does not add up: the parts of an average, a ratio or a "
                        "number of different values do not make the whole. Set a target for "
                        "each team, person and period instead.",
                        indicator=indicator.name,
                    )
                )

    def _get_all_parts(self):
        """The parts of the targets, by unit and over time, on all levels below them."""
        found = level = self
        while level:
            level = self.search(
                ["|", ("parent_id", "in", level.ids), ("period_parent_id", "in", level.ids)]
            )
            level -= found
            found |= level
        return found - self
