def migrate(cr, _version):
    """Mails about solved cases showed colleagues the link that is for the customer alone.

    Mails that have not left get it when they leave, as new ones do.
    """
    cr.execute(
        """UPDATE mail_message AS message
              SET body = replace(message.body, '/experience/case/' || cases.confirm_token,
                                 '/my/cases/' || cases.id || '#settled')
             FROM crm_case AS cases
            WHERE message.model = 'crm.case' AND message.res_id = cases.id
              AND strpos(message.body, cases.confirm_token) > 0"""
    )
    cr.execute(
        """UPDATE mail_mail AS mail
              SET body_html = replace(mail.body_html, '/experience/case/' || cases.confirm_token,
                                      '/my/cases/' || cases.id || '#settled')
             FROM mail_message AS message
             JOIN crm_case AS cases ON cases.id = message.res_id
            WHERE mail.mail_message_id = message.id AND message.model = 'crm.case'
              AND mail.state = 'outgoing' AND strpos(mail.body_html, cases.confirm_token) > 0"""
    )
