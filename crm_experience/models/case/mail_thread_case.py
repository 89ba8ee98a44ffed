from odoo import api, models
from odoo.addons.crm_experience.tools.automatic_mail import is_automatic


class MailThreadCase(models.AbstractModel):
    """What the mail gateway knows of a mail about a case, and the case does not."""

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Tell a case whether a person wrote; a reply about a joined case goes where it went."""
        if not any(model == "crm.case" for model, *_rest in routes or ()):
            return super()._message_route_process(message, message_dict, routes)
        routes = [
            (model, self._get_main_case_id(thread_id) if model == "crm.case" else thread_id, *rest)
            for model, thread_id, *rest in routes
        ]
        threads = self.with_context(crm_experience_is_automatic_mail=is_automatic(message))
        return super(MailThreadCase, threads)._message_route_process(message, message_dict, routes)

    @api.model
    def _get_main_case_id(self, case_id):
        """Return the case in which a case is dealt with: itself, unless it has joined another."""
        # The gateway reads with all rights, as core does.
        case = self.env["crm.case"].sudo().browse(case_id or ())
        return case.duplicate_of_id.id or case.id
