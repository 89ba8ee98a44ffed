{
    "name": "Targets & Scorecards",
    "summary": "Indicators, targets and the steering wheel for companies, stores and people",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "Customer Suite contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": ["sale_crm"],
    "data": [
        "security/crm_targets_groups.xml",
        "views/crm_team_views.xml",
        "views/crm_targets_menus.xml",
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": ["crm_targets/static/src/**/*"],
        "web.assets_tests": ["crm_targets/static/tests/tours/**/*"],
    },
}
