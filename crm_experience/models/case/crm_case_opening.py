from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmCaseOpening(models.Model):
    """What goes with opening cases, whichever way they come in, for all of them at once."""

    _inherit = "crm.case"

    properties = fields.Properties(definition="team_id.case_properties_definition", copy=True)
    # only the id of the team: the setting of a company is for its administrators
    team_id = fields.Many2one(default=lambda self: self.env.company.sudo().case_team_id)

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        cases._after_opening()
        return cases

    @api.model
    def _get_numbers(self, vals_list):
        """Return a number for each of the new cases, from the sequence of its company."""
        numbers = [None] * len(vals_list)
        by_company = {}
        for place, values in enumerate(vals_list):
            by_company.setdefault(values.get("company_id") or self.env.company.id, []).append(place)
        for company_id, places in by_company.items():
            # Whoever may open a case gives it a number; the sequence is no secret.
            sequences = self.env["ir.sequence"].sudo().with_company(company_id)
            sequence = sequences.search(
                [("code", "=", "crm.case"), ("company_id", "in", (company_id, False))],
                order="company_id",
                limit=1,
            )
            if not sequence:
                raise UserError(self.env._("There is no sequence for the numbers of cases."))
            for place, number in zip(
                places, self._draw_numbers(sequence, len(places)), strict=True
            ):
                numbers[place] = number
        return numbers

    @api.model
    def _draw_numbers(self, sequence, count):
        """Draw numbers at once; a sequence with gaps forbidden or by date, one by one."""
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _number in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        return [sequence.get_next_char(number) for (number,) in rows]

    def _after_opening(self):
        """Do what goes with opening, whichever way the cases came in."""
        self._assign_owners()

    def _assign_owners(self):
        """Give cases without an owner to members of their team, as the team wants it."""
        # Whoever opens a case does not choose its owner: the team's rule does.
        cases = self.sudo().filtered(lambda case: case.team_id and not case.user_id)
        by_owner = {}
        for team, team_cases in cases.grouped("team_id").items():
            owners = team._pick_case_owners(len(team_cases))
            for case, owner in zip(team_cases, owners, strict=True):
                if owner and case.company_id in owner.company_ids:
                    by_owner[owner] = by_owner.get(owner, self.browse()) | case
        for owner, owner_cases in by_owner.items():
            owner_cases.sudo().write({"user_id": owner.id})
