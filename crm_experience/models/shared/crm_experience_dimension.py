from odoo import fields, models


class CrmExperienceDimension(models.Model):
    """What an experience was about: product, service, price and so on."""

    _name = "crm.experience.dimension"
    _description = "Experience Dimension"
    _inherit = ["crm.experience.term"]

    weight = fields.Integer(
        string="Points",
        help="How much it counts in the weighted gap (SERVQUAL): 100 points in all, split over "
        "the dimensions. Zero: it does not count.",
    )

    _check_weight = models.Constraint(
        "CHECK (weight BETWEEN 0 AND 100)", "The points of a dimension are a number from 0 to 100."
    )
