{
    "name": "Customer Loyalty",
    "summary": "Tiers and a ledger that proves every balance, on Odoo's own loyalty programs",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Suite contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_experience", "sale_loyalty"],
    "data": [
        "security/crm_loyalty_groups.xml",
        "security/ir.model.access.csv",
        "security/loyalty_security.xml",
        "data/ir_cron_data.xml",
        "views/crm_loyalty_menus.xml",
    ],
    "demo": [],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "assets": {
        "web.assets_backend": ["crm_loyalty/static/src/**/*"],
        "web.assets_tests": ["crm_loyalty/static/tests/tours/**/*"],
    },
}
