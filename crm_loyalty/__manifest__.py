{
    "name": "Customer Loyalty",
    "summary": "Tiers and a points ledger that proves every balance, on Odoo's own loyalty programs",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Suite contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_experience", "sale_loyalty"],
    "data": [
        "security/crm_loyalty_groups.xml",
        "views/crm_loyalty_menus.xml",
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": ["crm_loyalty/static/src/**/*"],
        "web.assets_tests": ["crm_loyalty/static/tests/tours/**/*"],
    },
}
