from odoo.addons.crm_experience.models.asking.crm_customer_link_mixin import MAIL_TOKEN


def migrate(cr, version):
    """Mails of invitations showed colleagues the link that is for the customer alone.

    Those that have not left get the token when they leave, as new ones do.
    """
    cr.execute(
        """UPDATE mail_message AS message
              SET body = replace(message.body, invitation.access_token, %s)
             FROM crm_feedback_invitation AS invitation
            WHERE message.model = 'crm.feedback.invitation'
              AND message.res_id = invitation.id
              AND strpos(message.body, invitation.access_token) > 0""",
        [MAIL_TOKEN],
    )
    cr.execute(
        """UPDATE mail_mail AS mail
              SET body_html = replace(mail.body_html, invitation.access_token, %s)
             FROM mail_message AS message
             JOIN crm_feedback_invitation AS invitation ON message.res_id = invitation.id
            WHERE mail.mail_message_id = message.id
              AND message.model = 'crm.feedback.invitation'
              AND mail.state = 'outgoing'
              AND strpos(mail.body_html, invitation.access_token) > 0""",
        [MAIL_TOKEN],
    )
