from math import inf

from odoo import api, fields, models
from odoo.addons.crm_targets.models.crm_figure_mixin import GRANULARITIES
from odoo.addons.crm_targets.models.crm_target_tree import DEPTHS
from odoo.addons.crm_targets.tools.period import get_periods
from odoo.addons.crm_targets.tools.split import round_to, split_total
from odoo.exceptions import UserError
from odoo.fields import Command

MOST_PARTS = 2000


class CrmTargetSplit(models.TransientModel):
    """Split targets into parts, by unit or over time; what was approved stays as it is."""

    _name = "crm.target.split"
    _description = "Split Targets"

    target_ids = fields.Many2many(
        "crm.target",
        string="Targets",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    dimension = fields.Selection(
        [("unit", "Among teams and persons"), ("period", "Over time")],
        string="Split",
        required=True,
        default="unit",
    )
    depth = fields.Selection(DEPTHS, string="Down To", required=True, default="next")
    granularity = fields.Selection(
        [choice for choice in GRANULARITIES if choice[0] != "year"],
        string="Into",
        required=True,
        default="month",
        help="A week belongs to the month, quarter or year in which its Thursday lies.",
    )
    method = fields.Selection(
        [
            ("equal", "Equal parts"),
            ("history", "As a year before"),
            ("weights", "By weights"),
            ("working_days", "By working days"),
        ],
        string="How",
        required=True,
        default="equal",
        help="By weights: those below, which can be changed; persons begin with their ability "
        "weight, a team with the sum of those of its members. By working days: of the company's "
        "working schedule, without public holidays, or of the person's own.",
    )
    keep_in_step = fields.Boolean(
        string="Both Ways in Step",
        default=True,
        help="Where a target has parts by unit and over time, the parts of the units in each of "
        "the periods are set, too, so that rows and columns add up.",
    )
    line_ids = fields.One2many(
        "crm.target.split.line",
        "split_id",
        string="Parts",
        compute="_compute_line_ids",
        # Who splits sees and offers only what they may.
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    problem = fields.Char(compute="_compute_problem")
    other_count = fields.Integer(
        string="Other Parts",
        compute="_compute_problem",
        help="Parts that are not listed, such as of people who have left, or your own. They keep "
        "their figure; those below share the rest.",
    )

    @api.depends("target_ids", "dimension", "depth", "granularity", "method")
    def _compute_line_ids(self):
        for split in self:
            split.line_ids = [
                Command.clear(),
                *(Command.create(values) for values in split._prepare_lines()),
            ]

    @api.depends("line_ids.weight")
    def _compute_problem(self):
        for split in self:
            split.problem = split._share_out()[1]
            split.other_count = sum(map(len, split._get_other_parts().values()))

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_split(self):
        """Create the parts, or change those that are still drafts."""
        self.ensure_one()
        self.target_ids._check_additive()
        if self.problem:
            raise UserError(self.problem)
        parts = self.env["crm.target"]
        targets = {f"target_{target.id}": target for target in self.target_ids}
        for level in sorted(set(self.line_ids.mapped("level"))):
            lines = [
                line
                for line in self.line_ids
                if line.level == level and line.parent_key in targets and line._has_part()
            ]
            made = self._set_parts(lines, targets)
            parts |= made
            targets |= {line.key: part for line, part in zip(lines, made, strict=True)}
        if self.keep_in_step:
            (self.target_ids | parts)._fill_tables()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_targets.crm_target_action")
        return {
            **action,
            "domain": [("id", "in", (self.target_ids | self.target_ids._get_all_parts()).ids)],
            "context": {},
        }

    def _set_parts(self, lines, wholes):
        """Parts of one level, in the order of the lines."""
        link = "parent_id" if self.dimension == "unit" else "period_parent_id"
        method = dict(self._fields["method"]._description_selection(self.env))[self.method]
        return self.env["crm.target"]._set_targets(
            {
                **line._get_place_values(),
                "value": line.part_id.value if line.is_kept else line.value,
                link: wholes[line.parent_key].id,
                "note": self.env._(
                    "Part of %(whole)s. %(method)s.",
                    whole=wholes[line.parent_key].display_name,
                    method=method,
                ),
            }
            for line in lines
        )

    # ------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------

    def _prepare_lines(self):
        """Values of the lines; whole before part, so that values can be shared out in one pass."""
        targets = self.target_ids._origin or self.target_ids
        if self.dimension == "unit":
            lines = self._prepare_unit_lines(targets)
        else:
            lines = self._prepare_period_lines(targets)
        if len(lines) > MOST_PARTS:
            raise UserError(
                self.env._(
                    "These are more than %(most)s parts: split fewer targets at once.",
                    most=MOST_PARTS,
                )
            )
        places = [self._get_line_place(values) for values in lines]
        parts = self.env["crm.target"]._find_targets(places)
        weights = self._get_weights(places)
        for values, place in zip(lines, places, strict=True):
            part = parts.get(place, self.env["crm.target"])
            values["part_id"] = part.id
            values["is_kept"] = bool(part) and part.state != "draft"
            values["weight"] = weights[place]
        return lines

    def _prepare_unit_lines(self, targets):
        model = self.env["crm.target"]
        keys = {target._get_unit_key() for target in targets}
        below = model._get_units_below(keys, self.depth) if keys else {}
        names = model._get_unit_names({unit for units in below.values() for unit in units})
        lines = []

        def walk(target, key, parent_key, level):
            for unit in below.get(key, ()):
                line_key = f"{parent_key}/{'.'.join(map(str, unit))}"
                lines.append(
                    {
                        **model._get_key_values(unit),
                        "target_id": target.id,
                        "key": line_key,
                        "parent_key": parent_key,
                        "level": level,
                        "name": "\N{EM SPACE}" * level + names[unit],
                        "granularity": target.granularity,
                        "date_from": target.date_from,
                    }
                )
                if len(lines) <= MOST_PARTS:
                    walk(target, unit, line_key, level + 1)

        for target in targets:
            walk(target, target._get_unit_key(), f"target_{target.id}", 0)
        return lines

    def _prepare_period_lines(self, targets):
        model = self.env["crm.target"]
        lengths = [name for name, _label in GRANULARITIES]
        lines = []
        for target in targets:
            if lengths.index(self.granularity) >= lengths.index(target.granularity):
                continue
            first_month = target.company_id._get_fiscal_first_month()
            for period in get_periods(
                self.granularity, target.date_from, target.date_to, first_month
            ):
                if not target._holds(self.granularity, period.date_from):
                    continue
                lines.append(
                    {
                        **model._get_key_values(target._get_unit_key()),
                        "target_id": target.id,
                        "key": f"target_{target.id}/{period.date_from}",
                        "parent_key": f"target_{target.id}",
                        "level": 0,
                        "name": model._get_period_label(
                            self.granularity, period.date_from, target.company_id
                        ),
                        "granularity": self.granularity,
                        "date_from": period.date_from,
                    }
                )
        return lines

    @api.model
    def _get_line_place(self, values):
        target = self.env["crm.target"].browse(values["target_id"])
        key = (
            values["scope"],
            values["company_id"],
            values["team_id"] or 0,
            values["user_id"] or 0,
        )
        return (target.indicator_id.id, key, values["granularity"], values["date_from"])

    # ------------------------------------------------------------
    # Weights and shares
    # ------------------------------------------------------------

    def _get_weights(self, places):
        """`{place: weight}` by the chosen method."""
        weights = dict.fromkeys(places, 1.0)
        model = self.env["crm.target"]
        if self.method == "history":
            return model._get_history_weights(places)
        if self.method == "weights" and self.dimension == "unit":
            abilities = model._get_abilities({place[1] for place in places}) if places else {}
            return {place: abilities[place[1]] for place in places}
        if self.method == "working_days":
            return model._get_working_day_weights(places)
        return weights

    def _share_out(self):
        """The values of the lines by their key, and what stands in the way of them."""
        self.ensure_one()
        # Lines can be made by hand over the API: they tell nothing about targets of others.
        (self.line_ids.target_id | self.line_ids.part_id)._origin.check_access("read")
        problem = "" if self.line_ids else self._explain_no_lines()
        values = {f"target_{target._origin.id}": target.value for target in self.target_ids}
        others = self._get_other_parts()
        groups = {}
        for line in self.line_ids:
            groups.setdefault(line.parent_key, []).append(line)
        for parent_key, lines in groups.items():
            target = lines[0].target_id
            step = target._get_step()
            kept = [line for line in lines if line.is_kept]
            free = [line for line in lines if not line.is_kept]
            values |= {line.key: line.part_id.value for line in kept}
            rest = round_to(values[parent_key], step) - sum(values[line.key] for line in kept)
            rest -= sum(others[parent_key].mapped("value"))
            problem = problem or self._explain(free, rest)
            if free and not problem and round_to(rest, step) * values[parent_key] < 0:
                whole = self.line_ids.filtered(lambda line, key=parent_key: line.key == key)
                problem = target._explain_too_much_kept(
                    whole.name.strip() if whole else target.display_name
                )
            try:
                shares = split_total(rest, [line.weight for line in free], step) if free else []
            except ValueError:  # `_explain` has said why
                shares = [0.0] * len(free)
            values |= {line.key: share for line, share in zip(free, shares, strict=True)}
        return values, problem or False

    def _get_other_parts(self):
        """`{parent key: parts that are not among the lines}`: of people who have left, or of the
        user. They count, whether or not the user may see them.
        """
        wholes = {line.parent_key: line.target_id for line in self.line_ids if not line.level}
        wholes |= {line.key: line.part_id for line in self.line_ids}
        listed = self.line_ids.part_id._origin.sudo()
        link = "child_ids" if self.dimension == "unit" else "period_child_ids"
        keys = set(self.line_ids.mapped("parent_key"))
        return {key: wholes[key].sudo()[link]._origin - listed for key in keys}

    def _explain_no_lines(self):
        if not self.target_ids:
            return self.env._("Choose the targets to split.")
        if self.dimension == "unit":
            return self.env._(
                "There is nobody below to split among, for whom you may set a target."
            )
        return self.env._("Choose periods that are shorter than that of the target.")

    def _explain(self, lines, rest):
        """What is wrong with the weights of lines that are parts of the same whole."""
        if not all(0 <= line.weight < inf for line in lines):
            return self.env._("A weight is a number of 0 or more.")
        if lines and not any(line.weight for line in lines):
            names = ", ".join(line.name.strip() for line in lines[:3])
            if self.method == "history":
                return self.env._(
                    "There are no figures of a year before for %(parts)s: split in another way, "
                    "or give weights.",
                    parts=names,
                )
            return self.env._(
                "All weights of %(parts)s are zero: give one of them more.", parts=names
            )
        if abs(rest) > 1e15 * min((line.target_id._get_step() for line in lines), default=1):
            return self.env._("The target is too large to be split exactly.")
        return ""
