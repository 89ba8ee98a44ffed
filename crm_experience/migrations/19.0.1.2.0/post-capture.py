from odoo import SUPERUSER_ID, api

# What the indicators of contacts said before there were more events that are no contacts.
OLD_DOMAIN = "[('event', 'not in', ['lead_stage', 'lead_won', 'lead_lost', 'payment'])]"
NEW_DOMAIN = (
    "[('event', 'not in', ['lead_stage', 'lead_won', 'lead_lost', 'quotation', 'invoice',"
    " 'payment', 'activity'])]"
)
OLD_SENTENCE = "Steps in the pipeline and payments do not count."
NEW_SENTENCE = (
    "Steps of our own work, such as moves in the pipeline, invoices and tasks, do not count."
)
# A contact at a meeting with the customer of its opportunity, who is not named as an attendee,
# is known by the meeting alone: the opportunity may get another customer.
MEETINGS = """
    UPDATE crm_touchpoint AS touchpoint
       SET external_id = 'calendar.event:' || res_id || ':0'
     WHERE source = 'odoo' AND event = 'meeting' AND res_model = 'calendar.event'
       AND external_id = 'calendar.event:' || res_id || ':' || partner_id
       AND EXISTS (SELECT FROM calendar_event WHERE id = touchpoint.res_id)
       AND NOT EXISTS (
           SELECT FROM calendar_event_res_partner_rel AS attends
            WHERE attends.calendar_event_id = touchpoint.res_id
              AND attends.res_partner_id = touchpoint.partner_id)
       AND NOT EXISTS (
           SELECT FROM crm_touchpoint AS other
            WHERE other.res_model = 'calendar.event' AND other.res_id = touchpoint.res_id
              AND other.id != touchpoint.id)
"""


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for code in ("touchpoints", "contacted_customers"):
        indicator = env.ref(f"crm_experience.crm_indicator_{code}", raise_if_not_found=False)
        # What somebody changed is their decision.
        if indicator and indicator.domain == OLD_DOMAIN:
            indicator.domain = NEW_DOMAIN
            if OLD_SENTENCE in (indicator.description or ""):
                indicator.description = indicator.description.replace(OLD_SENTENCE, NEW_SENTENCE)
    cr.execute(MEETINGS)
    # Odoo writes the label of a column down once; this one was called “Payments”.
    cr.execute("COMMENT ON COLUMN res_config_settings.touchpoint_capture_invoice IS 'Invoices'")
