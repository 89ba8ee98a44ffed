from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """The questionnaires are for customers of all languages.

    They came with the one that Odoo puts there by itself, the first by name of those that are
    installed, and customers were asked in it whatever is theirs. More than one is a choice.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in ("relationship", "core_needs", "purchase", "service", "first_30_days"):
        survey = env.ref(f"crm_experience.survey_survey_{name}", raise_if_not_found=False)
        if survey and len(survey.lang_ids) == 1:
            survey.lang_ids = False
