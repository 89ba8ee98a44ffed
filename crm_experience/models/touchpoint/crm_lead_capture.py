from odoo import api, models
from odoo.tools import SQL, ormcache

STAGES = {
    "lead_created": "aware",
    "lead_stage": "choose",
    "lead_won": "buy",
    "lead_lost": "choose",
}
# The medium of an opportunity says which way the customer came.
CHANNELS = {
    "utm_medium_email": "email",
    "utm_medium_website": "web",
    "utm_medium_facebook": "social",
    "utm_medium_linkedin": "social",
    "utm_medium_twitter": "social",
}


class CrmLead(models.Model):
    """The life of opportunities as touchpoints."""

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # Remembering
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("lead"):
            touchpoints._remember("crm.lead", leads.ids, "lead_created")
        return leads

    def write(self, vals):
        touchpoints = self.env["crm.touchpoint"]
        is_moved = "stage_id" in vals and touchpoints._is_captured("lead")
        stages = {lead.id: lead.stage_id for lead in self} if is_moved else {}
        result = super().write(vals)
        for lead in self if is_moved else ():
            stage = lead.stage_id
            # a move to a won stage is a victory, see _handle_won_lost
            if stage and stage != stages[lead.id] and not stage.is_won:
                touchpoints._remember("crm.lead", lead.ids, "lead_stage", lead_stage_id=stage.id)
        if vals.get("partner_id"):
            touchpoints._remember("crm.lead", self.ids, "partner")
        return result

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("lead"):
            for key, event in (("is_won", "lead_won"), ("is_lost", "lead_lost")):
                ids = [
                    lead_id
                    for lead_id, status in new_status_by_lead.items()
                    if status[key] and not old_status_by_lead.get(lead_id, {}).get(key)
                ]
                touchpoints._remember("crm.lead", ids, event)
        return result

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_statements(self, events):
        """Return the SQL that writes what happened, see ``crm.touchpoint._write_remembered``."""
        happened = [event for event in events if event["event"] != "partner"]
        if happened:
            rows = SQL(", ").join(
                SQL(
                    "(%s, %s, %s::timestamp, %s::int, %s)",
                    event["id"],
                    event["event"],
                    event["date"],
                    event.get("lead_stage_id"),
                    position,
                )
                for position, event in enumerate(happened)
            )
            yield self.env["crm.touchpoint"]._get_insert_statement(
                self._get_touchpoint_query(SQL("VALUES %s", rows))
            )
        if len(happened) < len(events):
            ids = sorted({event["id"] for event in events if event["event"] == "partner"})
            yield self._get_follow_statement(ids)

    @api.model
    def _get_touchpoint_query(self, happened):
        """Return the rows of events.

        :param happened: SQL of opportunity, event, date, pipeline stage and position
        """
        touchpoints = self.env["crm.touchpoint"]
        lead, event = SQL("doc.id"), SQL("event.name")
        stages = {
            name: touchpoints._get_shipped("journey_stage", code) or None
            for name, code in STAGES.items()
        }
        columns = touchpoints._get_captured_columns(
            # created only once, the others again and again
            external_id=SQL(
                "concat('crm.lead:', doc.id, ':', event.name, ':',"
                " CASE event.name WHEN 'lead_created' THEN 1 ELSE %s END)",
                touchpoints._get_number_sql(
                    "crm.lead", lead, event, SQL("event.date, event.position")
                ),
            ),
            event=event,
            date=SQL("event.date"),
            company_id=SQL(
                """COALESCE(doc.company_id, team.company_id,
                    (SELECT company_id FROM res_users WHERE id = doc.user_id),
                    (SELECT company_id FROM res_users WHERE id = doc.create_uid), %s)""",
                self.env.company.id,
            ),
            partner_id=SQL("doc.partner_id"),
            lead_id=lead,
            lead_stage_id=SQL("event.lead_stage_id"),
            channel_id=self._get_channel_sql(),
            stage_id=SQL(
                "CASE event.name %s END",
                SQL(" ").join(
                    SQL("WHEN %s THEN %s", name, stage) for name, stage in stages.items()
                ),
            ),
            # moving a card is our work, the rest is the customer's decision
            direction=SQL("CASE event.name WHEN 'lead_stage' THEN 'out' ELSE 'in' END"),
            team_id=SQL("doc.team_id"),
            user_id=SQL("doc.user_id"),
            res_model="crm.lead",
            res_id=lead,
            position=SQL("event.position"),
        )
        return SQL(
            """SELECT %s
                 FROM (%s) AS event(lead_id, name, date, lead_stage_id, position)
                 JOIN crm_lead AS doc ON doc.id = event.lead_id
                 LEFT JOIN crm_team AS team ON team.id = doc.team_id""",
            columns,
            happened,
        )

    @api.model
    def _get_channel_sql(self):
        """Return the way the customer came: by the medium, else that of the team."""
        channel = self.env["crm.touchpoint"]._get_team_channel_sql("team")
        cases = [
            SQL("WHEN %s THEN %s", medium_id, channel_id)
            for medium_id, channel_id in self._get_medium_channels()
        ]
        if not cases:
            return channel
        return SQL("CASE doc.medium_id %s ELSE %s END", SQL(" ").join(cases), channel)

    @ormcache()
    def _get_medium_channels(self):
        """Return the mediums that are there with their channels; one may have been deleted."""
        data = self.env["ir.model.data"]
        pairs = (
            (
                data._xmlid_to_res_id(f"utm.{medium}", raise_if_not_found=False),
                self.env["crm.touchpoint"]._get_shipped("touchpoint_channel", channel),
            )
            for medium, channel in CHANNELS.items()
        )
        return tuple(pair for pair in pairs if all(pair))

    @api.model
    def _get_follow_statement(self, ids):
        """Let contacts with nobody but the opportunity follow to its customer."""
        return SQL(
            """UPDATE crm_touchpoint AS touchpoint SET partner_id = doc.partner_id
                 FROM crm_lead AS doc
                WHERE touchpoint.lead_id = doc.id AND doc.id = ANY(%s)
                  AND touchpoint.partner_id IS NULL AND doc.partner_id IS NOT NULL""",
            ids,
        )

    # ------------------------------------------------------------
    # History
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_history(self, _kind, condition):
        """Return the queries of what happened to opportunities before it was captured.

        Moves are known from the changes that Odoo noted down in the chatter; an end that it
        did not note down, from the opportunity itself. What was captured when it happened
        bears the time of the same transaction and is left out.

        :param condition: SQL on the opportunities, which are called ``doc``
        """
        return [self._get_touchpoint_query(self._get_history_sql(condition))]

    @api.model
    def _get_history_sql(self, condition):
        field_ids = {
            name: self.env["ir.model.fields"]._get("crm.lead", name).id
            for name in ("stage_id", "won_status")
        }
        lost_id = self.env["ir.model.data"]._xmlid_to_res_id("crm.mt_lead_lost")
        return SQL(
            """
            WITH lead AS MATERIALIZED (
                SELECT doc.id, doc.create_date, doc.won_status,
                       COALESCE(doc.date_closed, doc.date_last_stage_update, doc.create_date)
                       AS closed
                  FROM crm_lead AS doc WHERE %(condition)s
            ), noted AS MATERIALIZED (
                SELECT lead.id, message.date, message.create_date, tracking.id AS position,
                       CASE WHEN stage.is_won THEN 'lead_won' WHEN stage.id IS NOT NULL
                            THEN 'lead_stage' ELSE 'lead_lost' END AS event,
                       CASE WHEN stage.is_won THEN NULL ELSE stage.id END AS lead_stage_id
                  FROM lead
                  JOIN mail_message AS message
                    ON message.model = 'crm.lead' AND message.res_id = lead.id
                  JOIN mail_tracking_value AS tracking ON tracking.mail_message_id = message.id
                  LEFT JOIN crm_stage AS stage
                    ON tracking.field_id = %(stage)s AND stage.id = tracking.new_value_integer
                  LEFT JOIN crm_stage AS old
                    ON tracking.field_id = %(stage)s AND old.id = tracking.old_value_integer
                 WHERE (stage.id IS NOT NULL
                        AND NOT COALESCE(stage.is_won AND old.is_won, FALSE))
                    OR (tracking.field_id = %(status)s AND message.subtype_id = %(lost)s)
            )
            SELECT lead.id, 'lead_created', lead.create_date, NULL::int, 0 FROM lead
             UNION ALL
            SELECT noted.id, noted.event, noted.date, noted.lead_stage_id, noted.position
              FROM noted
             WHERE NOT EXISTS (
                   SELECT FROM crm_touchpoint AS captured
                    WHERE captured.res_model = 'crm.lead' AND captured.res_id = noted.id
                      AND captured.event = noted.event
                      AND captured.lead_stage_id IS NOT DISTINCT FROM noted.lead_stage_id
                      AND (date_trunc('second', captured.create_date)
                           = date_trunc('second', noted.create_date)
                           OR captured.date = noted.date))
             UNION ALL
            SELECT lead.id, 'lead_' || lead.won_status, lead.closed, NULL, 0
              FROM lead
             WHERE lead.won_status IN ('won', 'lost')
               AND NOT EXISTS (
                   SELECT FROM noted
                    WHERE noted.id = lead.id AND noted.event = 'lead_' || lead.won_status)
               AND NOT EXISTS (
                   SELECT FROM crm_touchpoint AS captured
                    WHERE captured.res_model = 'crm.lead' AND captured.res_id = lead.id
                      AND captured.event = 'lead_' || lead.won_status)
            """,
            condition=condition,
            stage=field_ids["stage_id"],
            status=field_ids["won_status"],
            lost=lost_id,
        )
