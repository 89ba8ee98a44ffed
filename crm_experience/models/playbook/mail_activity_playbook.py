from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def write(self, vals):
        """A step of a playbook is done with its activity, and goes to whom the activity goes.

        A deadline that is moved moves no step: what counts is what was planned. Nor does an
        activity that is deleted do away with the step.
        """
        result = super().write(vals)
        if vals.get("active") is False:
            self._get_playbook_steps()._close(fields.Date.context_today(self))
        elif "user_id" in vals:
            self._get_playbook_steps().user_id = vals["user_id"]
        return result

    def _get_playbook_steps(self):
        # Whoever may change the activity does what it stands for.
        return (
            self.env["crm.playbook.run.step"]
            .sudo()
            .search([("activity_id", "in", self.ids), ("state", "in", ["todo", "missed"])])
        )
