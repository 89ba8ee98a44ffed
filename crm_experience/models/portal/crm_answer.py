from odoo import api, fields, models
from odoo.addons.crm_experience.tools.answer_search import score, split_words
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import html2plaintext, is_html_empty

#: there are hundreds of answers, not millions; more are not looked through
MOST_ANSWERS = 1000
QUERY_LIMIT = 200


class CrmAnswer(models.Model):
    """What customers ask again and again, answered once for all of them to read."""

    _name = "crm.answer"
    _inherit = ["crm.kept.mixin"]
    _description = "Answer for Customers"
    _order = "sequence, id"
    _rec_names_search = ("name", "keywords")
    _check_company_auto = True

    name = fields.Char(
        string="Question", required=True, translate=True, help="As a customer would ask it."
    )
    body = fields.Html(
        string="Our Answer",
        translate=True,
        sanitize_style=True,
        help="What everybody may read. No customer is named here.",
    )
    keywords = fields.Char(
        translate=True, help="Other words that customers use for it, with commas between them."
    )
    product_ids = fields.Many2many(
        "product.product",
        string="About Products",
        check_company=True,
        help="Owners of these products find it first. Empty: it is about no product.",
    )
    cause_id = fields.Many2one("crm.case.cause", ondelete="set null", index="btree_not_null")
    case_id = fields.Many2one(
        "crm.case",
        string="Written After",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        help="The case whose solution it tells. Customers do not see which.",
    )
    is_published = fields.Boolean(
        string="Published", copy=False, help="Customers find it on their page."
    )
    helpful_count = fields.Integer(
        string="Helped", readonly=True, copy=False, help="Customers who said that it helped them."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index="btree_not_null",
        help="Empty: for the customers of all companies.",
    )

    @api.constrains("is_published", "name", "body")
    def _check_body(self):
        for answer in self:
            if answer.is_published and not (answer.name or "").strip():
                raise ValidationError(self.env._("An answer without a question is not published."))
            if answer.is_published and is_html_empty(answer.body):
                raise ValidationError(
                    self.env._("“%(name)s” has no answer to publish yet.", name=answer.name)
                )

    @api.constrains("case_id")
    def _check_case_id(self):
        """The title of a case is shown; so it is one that whoever enters it may read."""
        self.case_id.sudo(False).check_access("read")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_publisher(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_publisher([vals])
        return super().write(vals)

    def _check_publisher(self, vals_list):
        """Whoever may write a draft does not therefore speak for the company."""
        if any(values.get("is_published") for values in vals_list) and not (
            self.env.su or self.env.user.has_group("crm_experience.group_crm_experience_lead")
        ):
            raise AccessError(
                self.env._("Team leads publish answers. Keep it as a draft for them.")
            )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_publish(self):
        """Show it to customers."""
        return self.write({"is_published": True})

    def action_withdraw(self):
        """Show it to customers no longer."""
        return self.write({"is_published": False})

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _get_published_domain(self, company):
        """Return the domain of what customers of a company may read."""
        return Domain("is_published", "=", True) & Domain("company_id", "in", (False, company.id))

    @api.model
    def _search_published(self, query, company, products=None, limit=20):
        """Return the published answers that fit what a customer typed, best first.

        :param str query: anything; empty: all of them, those about the customer's products first
        :param products: what the customer owns
        """
        answers = self.search(self._get_published_domain(company), limit=MOST_ANSWERS)
        owned = products or self.env["product.product"]
        mine = {answer: bool(answer.product_ids & owned) for answer in answers}
        words = split_words(query[:QUERY_LIMIT])
        if not words:
            return answers.sorted(lambda answer: not mine[answer])[:limit]
        scores = {
            answer: score(
                words,
                {
                    "title": answer.name or "",
                    "keywords": answer.keywords or "",
                    "product": ", ".join(answer.product_ids.mapped("name")),
                    "body": html2plaintext(answer.body or ""),
                },
            )
            for answer in answers
        }
        found = answers.filtered(lambda answer: scores[answer] > 0)
        # one that is about a product of theirs wins where two fit as well
        return found.sorted(lambda answer: (-scores[answer], not mine[answer]))[:limit]
