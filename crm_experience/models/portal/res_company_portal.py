from odoo import fields, models

#: the parts of the customer's page, in the order in which it shows them
PARTS = ("cases", "orders", "returns", "products", "answers", "stores", "preferences")


class ResCompanyPortal(models.Model):
    """Which parts of their own page the customers of a company have."""

    _inherit = "res.company"

    experience_portal = fields.Boolean(
        string="Customer's Own Page",
        help="Customers with an account find products, questions, orders and stores in one place.",
    )
    experience_portal_cases = fields.Boolean(
        string="Questions and Complaints",
        default=True,
        help="Ask, complain, see the solution, say whether it is settled.",
    )
    experience_portal_orders = fields.Boolean(
        string="Where Orders Stand", default=True, help="The latest orders with their delivery."
    )
    experience_portal_returns = fields.Boolean(
        string="Returns and Exchanges",
        default=True,
        help="Ask for a return, an exchange, a repair or a refund of what was bought.",
    )
    experience_portal_products = fields.Boolean(
        string="Their Products",
        default=True,
        help="Register products with serial number and warranty.",
    )
    experience_portal_answers = fields.Boolean(
        string="Answers",
        default=True,
        help="Search the published answers, also while typing a question.",
    )
    experience_portal_stores = fields.Boolean(
        string="Nearest Store",
        default=True,
        help="Stores are sales teams with an address.",
    )
    experience_portal_preferences = fields.Boolean(
        string="Contact Preferences",
        default=True,
        help="How they want to be contacted, and when not.",
    )

    def _get_experience_portal_parts(self):
        """Return which parts of the page are on, in their order; none if the page is off."""
        self.ensure_one()
        if not self.experience_portal:
            return ()
        return tuple(part for part in PARTS if self[f"experience_portal_{part}"])
