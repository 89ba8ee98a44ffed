from . import (
    base_partner_merge_automatic_wizard,
    base_partner_merge_automatic_wizard_capture,
    base_partner_merge_automatic_wizard_note,
    crm_case_merge,
    crm_customer_journey_place,
    crm_customer_loss_mark,
    crm_customer_record_erase,
    crm_feedback_ask,
    crm_feedback_invitation_postpone,
    portal_share,
    privacy_lookup_wizard,
    privacy_lookup_wizard_line,
)
