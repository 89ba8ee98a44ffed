from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

MAX_ROWS = 1000
MAX_ID = 2**31


class CrmPlaybook(models.Model):
    """Who was missed, as data."""

    _inherit = "crm.playbook"

    @api.model
    @api.readonly
    def get_missed(self, user_id=None, team_id=None, limit=100):
        """Return the steps of playbooks that should have been done and were not.

        :param int user_id: only those of a person
        :param int team_id: only those of a team and the teams below it
        :param int limit: rows, 1 to 1,000
        :return: ``count`` of all of them, and ``steps``, the longest overdue first, each with
            ``id``, ``step``, ``playbook``, ``date_due``, ``days``, ``chased`` (0, 1: reminded,
            2: the lead was told), ``partner_id``, ``customer``, ``lead_id`` and ``user_id``
            (0: none), ``user``
        """
        domain = Domain("state", "=", "missed")
        domain &= self._get_owner_domain(user_id, team_id)
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MAX_ROWS:
            raise UserError(
                self.env._("The limit is a whole number from 1 to %(max)s.", max=MAX_ROWS)
            )
        steps = self.env["crm.playbook.run.step"]
        return {
            "count": steps.search_count(domain),
            "steps": [
                {
                    "id": step.id,
                    "step": step.name,
                    "playbook": step.playbook_id.name,
                    "date_due": step.date_due.isoformat(),
                    "days": step.missed_days,
                    "chased": step.chase_level,
                    "partner_id": step.partner_id.id,
                    "customer": step.partner_id.display_name,
                    "lead_id": step.lead_id.id or 0,
                    "user_id": step.user_id.id or 0,
                    "user": step.user_id.name or "",
                }
                for step in steps.search(domain, limit=limit)
            ],
        }

    @api.model
    def _get_owner_domain(self, user_id, team_id):
        """Return the domain of rows of a person and of a team with those below it."""
        domain = Domain.TRUE
        for field, value, operator in (
            ("user_id", user_id, "="),
            ("team_id", team_id, "child_of"),
        ):
            # an argument that is left out is None, or False from programs that cannot send it
            if value is None or value is False:
                continue
            if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < MAX_ID:
                raise UserError(self.env._("The id of a record is a whole number above 0."))
            domain &= Domain(field, operator, value)
        return domain
