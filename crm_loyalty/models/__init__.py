from . import (
    crm_lead,
    loyalty_card,
    loyalty_card_tier,
    loyalty_entry,
    loyalty_program,
    loyalty_tier,
    loyalty_tier_move,
    res_config_settings,
    res_partner,
    sale_order,
    sale_order_line,
)
