from . import (
    crm_answer,
    crm_team_store,
    res_company_portal,
    res_config_settings_portal,
    sale_order_portal,
)
