from odoo import api, fields, models
from odoo.tools import SQL

FOLLOW = ("date", "lead_id", "team_id", "user_id")
TRIGGERS = {"start", "start_date", "partner_ids", "active", "opportunity_id", "user_id"}


class CalendarEvent(models.Model):
    """Meetings as touchpoints."""

    _inherit = "calendar.event"

    # ------------------------------------------------------------
    # Remembering
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        meetings._remember_touchpoints("meeting")
        return meetings

    def write(self, vals):
        result = super().write(vals)
        if not TRIGGERS.isdisjoint(vals):
            self._remember_touchpoints("changed")
        return result

    def unlink(self):
        self._remember_touchpoints("changed")
        return super().unlink()

    def _remember_touchpoints(self, event):
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("meeting"):
            touchpoints._remember("calendar.event", self.ids, event)

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_statements(self, events):
        """Return the SQL that brings the contacts of meetings in line with the meetings.

        A contact follows its meeting until it begins. One that is moved, cancelled, or that a
        customer declines or leaves before it begins is no contact; what took place stays.
        """
        query = self._get_touchpoint_query(
            SQL("doc.id = ANY(%s)", sorted({event["id"] for event in events}))
        )
        yield self.env["crm.touchpoint"]._get_insert_statement(query, follow=FOLLOW)
        changed = sorted({event["id"] for event in events if event["event"] == "changed"})
        if changed:
            query = self._get_touchpoint_query(SQL("doc.id = ANY(%s)", changed))
            yield SQL(
                """DELETE FROM crm_touchpoint AS touchpoint
                    WHERE res_model = 'calendar.event' AND res_id = ANY(%s)
                      AND event = 'meeting' AND date > %s
                      AND NOT EXISTS (
                          SELECT FROM (%s) AS held
                           WHERE held.external_id = touchpoint.external_id)""",
                changed,
                fields.Datetime.now(),
                query,
            )

    @api.model
    def _get_touchpoint_query(self, condition):
        """Return one row per customer who attends, else one with whom the opportunity is of.

        :param condition: SQL on the meetings, which are called ``doc``
        """
        touchpoints = self.env["crm.touchpoint"]
        columns = touchpoints._get_captured_columns(
            external_id=SQL("concat('calendar.event:', doc.id, ':', COALESCE(customer.id, 0))"),
            event="meeting",
            date=SQL("doc.start"),
            company_id=SQL(
                "COALESCE(lead.company_id, person.company_id, creator.company_id, %s)",
                self.env.company.id,
            ),
            partner_id=SQL("COALESCE(customer.id, lead.partner_id)"),
            lead_id=SQL("lead.id"),
            channel_id=touchpoints._get_shipped("touchpoint_channel", "meeting"),
            stage_id=SQL(
                "CASE WHEN lead.id IS NOT NULL THEN %s END",
                touchpoints._get_shipped("journey_stage", "choose") or None,
            ),
            direction="out",
            purpose=SQL("CASE WHEN lead.id IS NOT NULL THEN 'sale' END"),
            team_id=SQL("lead.team_id"),
            user_id=SQL("doc.user_id"),
            res_model="calendar.event",
            res_id=SQL("doc.id"),
        )
        return SQL(
            """SELECT %s
                 FROM calendar_event AS doc
                 LEFT JOIN crm_lead AS lead ON lead.id = doc.opportunity_id
                 LEFT JOIN res_users AS person ON person.id = doc.user_id
                 LEFT JOIN res_users AS creator ON creator.id = doc.create_uid
                 LEFT JOIN LATERAL (
                      SELECT partner.id, answer.state
                        FROM calendar_event_res_partner_rel AS attends
                        JOIN res_partner AS partner
                          ON partner.id = attends.res_partner_id AND partner.partner_share
                        LEFT JOIN calendar_attendee AS answer
                          ON answer.event_id = doc.id AND answer.partner_id = partner.id
                       WHERE attends.calendar_event_id = doc.id) AS customer ON TRUE
                WHERE doc.active AND customer.state IS DISTINCT FROM 'declined' AND %s""",
            columns,
            condition,
        )

    # ------------------------------------------------------------
    # History
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_history(self, _kind, condition):
        return [self._get_touchpoint_query(condition)]
