from . import (
    crm_case,
    crm_case_address,
    crm_case_cause,
    crm_case_improvement,
    crm_case_rule,
    crm_feedback_case,
    crm_feedback_invitation_case,
    crm_feedback_rule_case,
    crm_touchpoint_case,
    mail_activity_case,
    mail_mail_case,
    mail_thread_case,
    res_config_settings_case,
    res_partner_case,
    resource_calendar,
)  # isort: split

# What opening and moving a case is; what follows extends it, and would not be called before it.
from . import (
    crm_case_opening,
    crm_case_sla,
    crm_case_state,
)  # isort: split

from . import (
    crm_case_answer,
    crm_case_banner,
    crm_case_customer,
    crm_case_escalation,
    crm_case_intake,
    crm_case_mail,
    crm_case_merge,
    crm_case_pareto,
    crm_case_portal,
    crm_case_return,
    crm_case_solution,
    crm_case_time_state,
    crm_case_touchpoint,
    crm_case_visitor,
    crm_team_case,
    res_company_case,
)
