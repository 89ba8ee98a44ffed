from odoo.addons.crm_targets.uninstall import forget_external_ids


def uninstall_hook(env):
    """Empty the tables first: terms that are in use could not be deleted before them."""
    env.cr.execute("DELETE FROM crm_customer_loss")
    env.cr.execute("DELETE FROM crm_playbook")
    env.cr.execute("UPDATE crm_journey_stage SET fallback_stage_id = NULL")
    env.cr.execute("DELETE FROM crm_care_action")
    env.cr.execute("DELETE FROM crm_care_rule")
    env.cr.execute("DELETE FROM crm_feedback")
    env.cr.execute("UPDATE survey_question SET measure_dimension_id = NULL")
    env.cr.execute("UPDATE survey_question_answer SET measure_dimension_id = NULL")
    env.cr.execute("DELETE FROM crm_feedback_invitation")
    env.cr.execute("DELETE FROM crm_feedback_rule")
    env.cr.execute("DELETE FROM crm_rating_device")
    env.cr.execute("DELETE FROM crm_touchpoint")
    env.invalidate_all()
    forget_external_ids(env, "crm_experience")
