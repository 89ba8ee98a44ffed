from . import (
    crm_feedback,
    crm_indicator_feedback,
    crm_key_experience,
    crm_key_experience_effect,
    crm_key_experience_run,
    res_config_settings_figures,
    res_partner_trend,
)  # isort: split

from . import (
    crm_feedback_figures,
    crm_feedback_grouping,
    crm_feedback_minimum,
    crm_feedback_rating,
    crm_feedback_retention,
    crm_feedback_tally,
    crm_key_experience_measure,
)
