from . import crm_customer_record  # isort: split

from . import (
    crm_customer_condition,
    crm_experience_intake,
    crm_experience_intake_references,
    crm_experience_term,
    crm_touchpoint_trigger,
)  # isort: split

from . import (
    crm_case,
    crm_case_cause,
    crm_experience_dimension,
    crm_feedback,
    crm_gift_item,
    crm_gift_move,
    crm_journey_stage,
    crm_registered_product,
    crm_touchpoint,
    crm_touchpoint_channel,
)  # isort: split

from . import (
    account_move,
    calendar_event,
    crm_lead,
    crm_team,
    crm_touchpoint_capture,
    crm_touchpoint_gift,
    crm_touchpoint_source,
    crm_touchpoint_timeline,
    ir_rule,
    ir_websocket,
    res_config_settings,
    res_partner,
    res_partner_preferences,
    res_partner_products,
    res_partner_pulse,
    sale_order,
    sale_order_line,
)
