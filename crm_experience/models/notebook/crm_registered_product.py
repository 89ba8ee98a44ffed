from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: a serial number that is longer is a text that was pasted by mistake
SERIAL_LIMIT = 64
NAME_LIMIT = 240


class CrmRegisteredProduct(models.Model):
    """A product that a customer owns: bought from us and registered, or told by the customer."""

    _name = "crm.registered.product"
    _description = "Registered Product"
    _inherit = ["crm.customer.record"]
    _order = "date_purchase desc, id desc"
    _rec_names_search = ("name", "serial_number", "partner_id")
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    product_id = fields.Many2one(
        "product.product",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        help="Empty for a product that is not in our catalogue: its name is enough.",
    )
    name = fields.Char(
        string="Product Name",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="What the customer calls it. It stays when the product leaves the catalogue.",
    )
    serial_number = fields.Char(index="btree_not_null", help="As it is printed on the product.")
    order_id = fields.Many2one(
        "sale.order",
        string="Bought With",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id', 'child_of', partner_id), ('state', '=', 'sale')]",
    )
    date_purchase = fields.Date(
        string="Purchase Date",
        compute="_compute_date_purchase",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_warranty_end = fields.Date(
        string="Warranty Until", index="btree_not_null", help="The last day of the warranty."
    )
    has_warranty = fields.Boolean(
        string="Under Warranty", compute="_compute_has_warranty", search="_search_has_warranty"
    )
    note = fields.Text()
    is_from_customer = fields.Boolean(
        string="Registered by Customer",
        readonly=True,
        copy=False,
        help="The customer registered it and may change it. What staff registered they only see.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
    )
    properties = fields.Properties(
        definition="company_id.crm_experience_product_properties", copy=True
    )

    @api.depends("product_id")
    def _compute_name(self):
        for product in self:
            if product.product_id and not product.name:
                product.name = product.product_id.display_name

    @api.depends("order_id")
    def _compute_date_purchase(self):
        for product in self:
            if product.order_id and not product.date_purchase:
                product.date_purchase = fields.Datetime.context_timestamp(
                    product, product.order_id.date_order
                ).date()

    @api.depends("date_warranty_end")
    def _compute_has_warranty(self):
        today = fields.Date.context_today(self)
        for product in self:
            end = product.date_warranty_end
            product.has_warranty = bool(end) and end >= today

    def _search_has_warranty(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = set(value)
        domain = Domain("date_warranty_end", ">=", fields.Date.context_today(self))
        if wanted == {True, False}:
            return Domain.TRUE
        return domain if wanted == {True} else ~domain

    @api.depends("partner_id", "order_id")
    def _compute_company_id(self):
        for product in self:
            product.company_id = (
                product.order_id.company_id
                or product.partner_id.company_id
                or product.company_id
                or self.env.company
            )

    @api.depends("name", "serial_number")
    def _compute_display_name(self):
        for product in self:
            product.display_name = " · ".join(filter(None, (product.name, product.serial_number)))

    @api.constrains("date_purchase", "date_warranty_end")
    def _check_dates(self):
        for product in self:
            if (
                product.date_purchase
                and product.date_warranty_end
                and product.date_warranty_end < product.date_purchase
            ):
                raise ValidationError(self.env._("A warranty does not end before the purchase."))

    @api.constrains("name", "serial_number")
    def _check_length(self):
        for product in self:
            if len(product.serial_number or "") > SERIAL_LIMIT:
                raise ValidationError(
                    self.env._(
                        "A serial number has at most %(limit)s characters.", limit=SERIAL_LIMIT
                    )
                )
            if len(product.name or "") > NAME_LIMIT:
                raise ValidationError(
                    self.env._(
                        "The name of a product has at most %(limit)s characters.",
                        limit=NAME_LIMIT,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Say the company first: core looks for own fields at the values alone, and would drop
        them where the company is computed."""
        keys = ("partner_id", "order_id")
        drafts = [
            self.new({key: values[key] for key in keys if values.get(key)}) for values in vals_list
        ]
        return super().create(
            [
                {"company_id": draft.company_id.id} | values
                for draft, values in zip(drafts, vals_list, strict=True)
            ]
        )

    @api.model
    def get_import_templates(self):
        """The file to begin an import with: a product a line."""
        return [
            {
                "label": self.env._("Import Template for Registered Products"),
                "template": "/crm_experience/static/xls/crm_registered_product.xlsx",
            }
        ]
