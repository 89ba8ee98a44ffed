from . import crm_experience_intake, crm_experience_term  # isort: split

from . import (
    crm_experience_dimension,
    crm_feedback,
    crm_journey_stage,
    crm_touchpoint,
    crm_touchpoint_channel,
    crm_touchpoint_timeline,
    ir_rule,
)
