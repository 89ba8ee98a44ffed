from . import (
    base_partner_merge_automatic_wizard,
    crm_reward_return,
    crm_target_copy,
    crm_target_place_mixin,
    crm_target_proposal,
    crm_target_proposal_line,
    crm_target_return,
    crm_target_split,
    crm_target_split_line,
)
