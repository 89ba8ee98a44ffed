from odoo import api, models
from odoo.tools import SQL

from .crm_touchpoint_thread import THREADS

TYPES = ("email", "comment", "email_outgoing")


class MailMessage(models.Model):
    """Mails with customers, in and out, as touchpoints; nothing of their text."""

    _inherit = "mail.message"

    # ------------------------------------------------------------
    # Remembering
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        ids = [
            message.id
            for message, vals in zip(messages, vals_list, strict=True)
            if vals.get("model") in THREADS and vals.get("message_type", "comment") in TYPES
        ]
        touchpoints = self.env["crm.touchpoint"]
        if ids and touchpoints._is_captured("mail"):
            touchpoints._remember("mail.message", ids, "mail")
        return messages

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_statements(self, events):
        """Return the SQL that writes mails, one row per customer who wrote or received one."""
        return [self.env["crm.touchpoint"]._get_history_statement(self._name, "mail", events)]

    @api.model
    def _get_touchpoint_history(self, _kind, condition):
        """Return the queries of mails in and mails out.

        :param condition: SQL on the messages, which are called ``doc``
        """
        return [
            self._get_touchpoint_query(
                condition,
                "mail_in",
                # who writes is a customer, or nobody whom we know yet
                SQL(
                    """(SELECT author.id
                          FROM (SELECT) AS mail
                          LEFT JOIN res_partner AS author ON author.id = doc.author_id
                         WHERE doc.message_type IN ('email', 'comment')
                           AND (author.partner_share
                                OR author.id IS NULL AND doc.message_type = 'email'))"""
                ),
            ),
            self._get_touchpoint_query(
                condition,
                "mail_out",
                SQL(
                    """(SELECT receiver.id
                          FROM res_partner AS author
                         CROSS JOIN res_partner AS receiver
                         WHERE author.id = doc.author_id AND NOT author.partner_share
                           AND receiver.partner_share
                           AND receiver.id IN (
                               SELECT res_partner_id FROM mail_notification
                                WHERE mail_message_id = doc.id
                                UNION
                               SELECT res_partner_id FROM mail_message_res_partner_rel
                                WHERE mail_message_id = doc.id
                                UNION
                               -- a mass mailing has nobody else
                               SELECT doc.res_id WHERE doc.message_type = 'email_outgoing'
                                  AND doc.model = 'res.partner'))"""
                ),
            ),
        ]

    @api.model
    def _get_touchpoint_query(self, condition, event, customers):
        touchpoints = self.env["crm.touchpoint"]
        model = SQL("doc.model")
        mail, web = (touchpoints._get_shipped("touchpoint_channel", c) for c in ("email", "web"))
        columns = touchpoints._get_captured_columns(
            external_id=SQL("concat('mail.message:', doc.id, ':', COALESCE(customer.id, 0))"),
            event=event,
            date=SQL("doc.date"),
            partner_id=SQL("COALESCE(customer.id, thread.partner_id)"),
            # a customer comments on a page, of the portal or the web site
            channel_id=SQL(
                "CASE WHEN %s AND doc.message_type = 'comment' THEN %s ELSE %s END",
                event == "mail_in",
                web or None,
                mail or None,
            ),
            direction="in" if event == "mail_in" else "out",
            user_id=SQL("thread.user_id") if event == "mail_in" else SQL("person.id"),
            # the timeline opens what it is about
            res_model=model,
            res_id=SQL("doc.res_id"),
            **touchpoints._get_thread_columns(model),
        )
        return SQL(
            """SELECT %s
                 FROM mail_message AS doc
                 LEFT JOIN mail_message_subtype AS subtype ON subtype.id = doc.subtype_id
                CROSS JOIN LATERAL %s AS thread
                CROSS JOIN LATERAL %s AS customer
                 LEFT JOIN LATERAL (
                      SELECT id, company_id FROM res_users
                       WHERE partner_id = doc.author_id AND NOT share
                       ORDER BY active DESC, id LIMIT 1) AS person ON TRUE
                 LEFT JOIN res_users AS creator ON creator.id = doc.create_uid
                WHERE doc.model IN %s AND doc.message_type IN %s
                  AND NOT COALESCE(doc.is_internal, FALSE)
                  AND NOT COALESCE(subtype.internal, FALSE) AND %s""",
            columns,
            touchpoints._get_thread_join(model),
            customers,
            THREADS,
            TYPES,
            condition,
        )
