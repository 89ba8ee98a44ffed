from . import crm_customer_record  # isort: split

from . import (
    crm_customer_condition,
    crm_customer_note,
    crm_experience_intake,
    crm_experience_intake_references,
    crm_experience_term,
    crm_touchpoint_trigger,
    crm_yearly_date,
)  # isort: split

from . import (
    crm_care_action,
    crm_care_occasion,
    crm_care_rule,
    crm_case,
    crm_case_cause,
    crm_deal_role,
    crm_experience_dimension,
    crm_feedback,
    crm_gift_item,
    crm_gift_move,
    crm_journey_stage,
    crm_partner_date,
    crm_partner_fact,
    crm_partner_fact_suggestion,
    crm_registered_product,
    crm_touchpoint,
    crm_touchpoint_channel,
)  # isort: split

from . import (
    account_move,
    base_partner_merge_automatic_wizard_note,
    calendar_event,
    crm_lead,
    crm_team,
    crm_touchpoint_capture,
    crm_touchpoint_gift,
    crm_touchpoint_source,
    crm_touchpoint_timeline,
    ir_rule,
    ir_websocket,
    res_company,
    res_config_settings,
    res_partner,
    res_partner_preferences,
    res_partner_products,
    res_partner_pulse,
    sale_order,
    sale_order_line,
)
