{
    "name": "Customer Experience",
    "summary": "Every contact with a customer on one timeline, and how it was compared with what they expected",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Suite contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm_targets", "survey", "rating"],
    "data": [
        "security/crm_experience_groups.xml",
        "views/crm_experience_menus.xml",
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": ["crm_experience/static/src/**/*"],
        "web.assets_tests": ["crm_experience/static/tests/tours/**/*"],
    },
}
