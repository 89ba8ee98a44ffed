from . import (
    crm_customer_link_mixin,
    crm_feedback_asking,
    crm_feedback_invitation,
    crm_feedback_link,
    crm_feedback_rule,
    mail_mail,
    res_company_asking,
    res_config_settings_asking,
    res_partner_asking,
    res_partner_preferences,
    survey_question,
    survey_question_answer,
    survey_survey,
    survey_user_input,
    survey_user_input_feedback,
    survey_user_input_line,
)  # isort: split

from . import (
    crm_feedback_invitation_api,
    crm_feedback_invitation_call,
    crm_feedback_invitation_mail,
    crm_feedback_invitation_page,
    crm_feedback_invitation_queue,
    crm_feedback_invitation_send,
    crm_feedback_invitation_visitor,
)
