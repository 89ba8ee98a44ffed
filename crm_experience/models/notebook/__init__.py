from . import (
    crm_care_action,
    crm_care_occasion,
    crm_care_rule,
    crm_deal_role,
    crm_lead_notebook,
    crm_partner_date,
    crm_partner_fact,
    crm_partner_fact_suggestion,
    crm_registered_product,
    res_partner_notebook,
    res_partner_products,
    sale_order_notebook,
)  # isort: split

from . import (
    crm_care_rule_run,
    crm_partner_date_first_purchase,
    crm_partner_fact_around,
    crm_partner_fact_notebook,
    crm_partner_fact_update,
)
