from odoo import api, models
from odoo.tools import SQL

from .crm_touchpoint_thread import THREADS


class MailActivity(models.Model):
    """Calls and other activities about a customer that are done, as touchpoints."""

    _inherit = "mail.activity"

    # ------------------------------------------------------------
    # Remembering
    # ------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") is False:
            self._remember_done()
        return result

    def _remember_done(self):
        """Odoo archives what is done; what is dropped it deletes."""
        touchpoints = self.env["crm.touchpoint"]
        # Whoever finishes an activity may see what it is about; only its type is looked at.
        done = self.sudo().filtered(lambda activity: activity.res_model in THREADS)
        calls = done.filtered(lambda activity: activity.activity_category == "phonecall")
        for kind, activities in (("call", calls), ("activity", done - calls)):
            if touchpoints._is_captured(kind):
                touchpoints._remember("mail.activity", activities.ids, kind)

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_statements(self, events):
        """Return the SQL that writes activities that are done, once each."""
        touchpoints = self.env["crm.touchpoint"]
        for kind in sorted({event["event"] for event in events}):
            yield touchpoints._get_history_statement(self._name, kind, events)

    @api.model
    def _get_touchpoint_query(self, kind, condition):
        """Return the rows of activities. A meeting is captured as one, from the calendar.

        :param kind: ``call`` or ``activity``
        :param condition: SQL on the activities, which are called ``doc``
        """
        touchpoints = self.env["crm.touchpoint"]
        model = SQL("doc.res_model")
        if kind == "call":
            is_kind = SQL("type.category = 'phonecall'")
            channel = touchpoints._get_shipped("touchpoint_channel", "phone")
        else:
            is_kind = SQL(
                "COALESCE(type.category, '') != 'phonecall' AND doc.calendar_event_id IS NULL"
            )
            channel = touchpoints._get_team_channel_sql("team")
        columns = touchpoints._get_captured_columns(
            external_id=SQL("concat('mail.activity:', doc.id)"),
            event=kind,
            # only the day is kept; the time is that of the last change on it, if there was one
            date=SQL(
                """CASE WHEN doc.write_date::date = doc.date_done THEN doc.write_date
                        ELSE doc.date_done + interval '12 hours' END"""
            ),
            partner_id=SQL("thread.partner_id"),
            channel_id=channel,
            direction="out",
            user_id=SQL("doc.user_id"),
            # the timeline opens what it is about
            res_model=model,
            res_id=SQL("doc.res_id"),
            **touchpoints._get_thread_columns(model),
        )
        return SQL(
            """SELECT %s
                 FROM mail_activity AS doc
                 LEFT JOIN mail_activity_type AS type ON type.id = doc.activity_type_id
                CROSS JOIN LATERAL %s AS thread
                 LEFT JOIN crm_team AS team ON team.id = thread.team_id
                 LEFT JOIN res_users AS person ON person.id = doc.user_id
                 LEFT JOIN res_users AS creator ON creator.id = doc.create_uid
                WHERE NOT doc.active AND doc.date_done IS NOT NULL AND doc.res_model IN %s
                  AND %s AND %s""",
            columns,
            touchpoints._get_thread_join(model),
            THREADS,
            is_kind,
            condition,
        )

    # ------------------------------------------------------------
    # History
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_history(self, kind, condition):
        return [self._get_touchpoint_query(kind, condition)]
