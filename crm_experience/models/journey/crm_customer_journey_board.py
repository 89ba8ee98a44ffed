from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

MAX_CUSTOMERS = 200


class CrmCustomerJourney(models.Model):
    """The board, as data."""

    _inherit = "crm.customer.journey"

    @api.model
    @api.readonly
    def get_board(self, user_id=None, team_id=None, limit=20):
        """Return how many customers are in each stage of the journey, and who.

        :param int user_id: only customers for whom a person is responsible
        :param int team_id: only customers of a team and the teams below it
        :param int limit: customers per stage, 0 to 200, those longest in it first
        :return: ``stages`` in their order, each with ``id`` and ``code`` (0 and empty for
            customers in none), ``name``, ``count``, ``fresh``, ``late``
            and ``stuck`` (counts by time in the stage), and ``customers``: ``partner_id``,
            ``name``, ``days``, ``pace``, ``is_neglected``, ``is_probably_lost``, ``user_id``
            (0: none). Lost customers are left out.
        """
        if isinstance(limit, bool) or not isinstance(limit, int) or not 0 <= limit <= MAX_CUSTOMERS:
            raise UserError(
                self.env._("The limit is a whole number from 0 to %(max)s.", max=MAX_CUSTOMERS)
            )
        domain = self.env["crm.playbook"]._get_owner_domain(user_id, team_id)
        domain &= Domain("loss_id", "=", False)
        counts = {}
        for stage, pace, count in self._read_group(domain, ["stage_id", "stage_pace"], ["__count"]):
            counts.setdefault(stage, {})[pace or ""] = count
        stages = self.env["crm.journey.stage"].search([])
        stages |= self.env["crm.journey.stage"].union(*counts)
        shown = list(stages) + ([stages.browse()] if stages.browse() in counts else [])
        return {
            "stages": [
                self._get_board_stage(stage, counts.get(stage, {}), domain, limit)
                for stage in shown
            ]
        }

    @api.model
    def _get_board_stage(self, stage, counts, domain, limit):
        # a limit of 0 is no limit for search
        rows = (
            self.browse()
            if not limit
            else self.search(
                domain & Domain("stage_id", "=", stage.id), limit=limit, order="date_since, id"
            )
        )
        return {
            "id": stage.id or 0,
            "code": stage.code or "",
            "name": stage.name or self.env._("In no stage yet"),
            "count": sum(counts.values()),
            "fresh": counts.get("fresh", 0),
            "late": counts.get("late", 0),
            "stuck": counts.get("stuck", 0),
            "customers": [row._get_board_card() for row in rows],
        }

    def _get_board_card(self):
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "name": self.partner_id.display_name,
            "days": self.stage_days,
            "pace": self.stage_pace or "",
            "is_neglected": self.is_neglected,
            "is_probably_lost": self.is_probably_lost,
            "user_id": self.user_id.id or 0,
        }
