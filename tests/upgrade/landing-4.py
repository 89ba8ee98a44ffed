# What people do besides since the fourth landing: code for `odoo shell`, after landing-3.py.
# ruff: noqa: F821

# Own fields of registered products.
company.crm_experience_product_properties = [
    {"name": "0a1b2c3d4e5f6a7b", "string": "Colour", "type": "char"}
]
env["crm.registered.product"].search([("serial_number", "=", "SN-1")]).write(
    {"properties": {"0a1b2c3d4e5f6a7b": "blue"}}
)
# Rules as somebody wanted them.
env["crm.case.rule"].search([("name", "=", "Old rule")]).age_days = 90
env["crm.indicator"].create(
    {
        "name": "Old score",
        "code": "old_score",
        "perspective_id": own.id,
        "model_name": "crm.feedback",
        "domain": "[('metric', '=', 'nps')]",
        "aggregate": "avg",
        "measure_field": "score",
        "date_field": "date",
        "company_field": "company_id",
    }
)
# Whoever left long ago.
checked(
    as_admin["crm.customer.loss"].log_losses(
        [{"partner_id": customers[4].id, "reason": "price", "date": "2025-03-01"}]
    )
)
