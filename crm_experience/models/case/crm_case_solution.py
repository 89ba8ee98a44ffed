from odoo import api, fields, models
from odoo.addons.crm_experience.tools.likeness import likeness
from odoo.exceptions import UserError

# Solved cases that are compared, the latest first, and that are shown.
LOOKED_AT = 200
SHOWN = 5
HELPFUL = ("solved", "partly")


class CrmCaseSolution(models.Model):
    """What helped before: answers of solved cases of the same cause or product."""

    _inherit = "crm.case"

    known_solution_ids = fields.Many2many(
        "crm.case", string="What Helped Before", compute="_compute_known_solution_ids"
    )

    @api.depends("cause_id", "product_id", "title", "description")
    def _compute_known_solution_ids(self):
        """The best solved cases, by cause, product, words, and whether the customer confirmed."""
        self.known_solution_ids = False
        causes, products = self.cause_id, self.product_id
        if not causes and not products:
            return
        solved = self.search(
            [
                ("state", "in", ("solved", "confirmed")),
                ("outcome", "in", HELPFUL),
                ("solution", "!=", False),
                "|",
                ("cause_id", "in", causes.ids),
                ("product_id", "in", products.ids),
            ],
            order="date_solved desc, id desc",
            limit=LOOKED_AT,
        )
        for case in self:
            scores = {
                other: case._get_helpfulness(other) for other in solved if other != case._origin
            }
            # sorted is stable: of equal ones the latest comes first
            best = sorted(scores, key=lambda other, scores=scores: -scores[other])
            case.known_solution_ids = self.browse(
                other.id for other in best[:SHOWN] if scores[other] >= 1
            )

    def _get_helpfulness(self, other):
        """Return how well the solution of ``other`` may fit: at least 1 if it may at all.

        The same cause counts twice as much as the same product; likeness of the words and the
        customer's own confirmation decide among those.
        """
        score = 2.0 * bool(self.cause_id and self.cause_id == other.cause_id)
        score += bool(self.product_id and self.product_id == other.product_id)
        if not score:
            return 0
        words = likeness(
            f"{self.title or ''} {self.description or ''}",
            f"{other.title or ''} {other.description or ''}",
        )
        return score + words + 0.5 * (other.confirmed_by == "customer")

    def action_use_solution(self):
        """Take the words of this solved case over to the one that is open on screen.

        The caller says which that is; whether they may write it is checked as always.
        """
        self.ensure_one()
        case_id = self.env.context.get("use_for_case_id")
        if not isinstance(case_id, int):
            raise UserError(self.env._("Save the case first."))
        case = self.browse(case_id).exists()
        case.write({"solution": self.solution, "outcome": case.outcome or self.outcome})
        return True
