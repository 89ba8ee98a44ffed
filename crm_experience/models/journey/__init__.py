from . import (
    crm_customer_journey,
    crm_customer_journey_move,
    crm_customer_loss,
    crm_indicator_care,
    crm_journey_rule,
    crm_journey_stage,
    crm_loss_reason,
    crm_neglect_rule,
    crm_scenario,
    crm_scenario_run,
    crm_scenario_run_step,
    crm_scenario_step,
    res_partner_care,
)  # isort: split

from . import (
    crm_customer_journey_actions,
    crm_customer_journey_board,
    crm_customer_journey_facts,
    crm_customer_journey_neglect,
    crm_customer_journey_refresh,
    crm_customer_journey_stages,
    crm_customer_loss_api,
    crm_customer_loss_reasons,
    crm_scenario_follow,
    crm_scenario_funnel,
)
