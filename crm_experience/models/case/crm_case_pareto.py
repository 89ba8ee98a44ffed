from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.pareto import pareto
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_case import KINDS

MEASURES = {"count": "__count", "cost": "remedy_cost:sum"}
MOST_DAYS = 3660


class CrmCasePareto(models.Model):
    """Which few causes make most of the cases, or cost most."""

    _inherit = "crm.case"

    @api.model
    @api.readonly
    def get_causes(self, days=90, measure="count", kind="", is_coarse=False):
        """Return the causes of cases opened lately, the biggest first, for a Pareto chart.

        :param int days: how far back, 1 to 3660
        :param str measure: ``count`` of cases, or ``cost`` of their remedies in the company's
            currency
        :param str kind: only ``complaint``, ``question``, ``return`` or ``problem``; empty: all
        :param bool is_coarse: finer causes count for the widest cause above them
        :return: ``{"total", "unknown" (of cases whose cause nobody has said yet), "currency_id",
            "since", "bars": [{"id", "name", "value", "share", "cumulative" (0 to 1), "is_vital":
            one of the few that make up 80 %}]}``, of the company and the cases that the caller
            may read; cancelled cases do not count
        """
        self._check_causes_arguments(days, measure, kind, is_coarse)
        since = fields.Datetime.now() - timedelta(days=days)
        domain = (
            Domain("date_open", ">=", since)
            & Domain("state", "!=", "cancelled")
            & Domain("company_id", "=", self.env.company.id)
        )
        if kind:
            domain &= Domain("kind", "=", kind)
        values = dict(self._read_group(domain, ["cause_id"], [MEASURES[measure]]))
        unknown = values.pop(self.env["crm.case.cause"], 0) or 0
        counts = {}
        for cause, value in values.items():
            # The names of causes are no secret to who reads cases.
            root_id = int(cause.sudo().parent_path.split("/")[0]) if is_coarse else cause.id
            counts[root_id] = counts.get(root_id, 0) + (value or 0)
        names = {
            cause.id: cause.display_name
            for cause in self.env["crm.case.cause"].sudo().browse(counts).exists()
        }
        return {
            "total": sum(counts.values()),
            "unknown": unknown,
            "currency_id": self.env.company.currency_id.id,
            "since": fields.Datetime.to_string(since),
            "bars": [
                {
                    "id": bar.key,
                    "name": names[bar.key],
                    "value": bar.value,
                    "share": bar.share,
                    "cumulative": bar.cumulative,
                    "is_vital": bar.is_vital,
                }
                for bar in pareto(counts)
            ],
        }

    @api.model
    def _check_causes_arguments(self, days, measure, kind, is_coarse):
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
            raise UserError(
                self.env._("“days” is a whole number from 1 to %(most)s.", most=MOST_DAYS)
            )
        choices = {"measure": (measure, MEASURES), "kind": (kind, {"": "", **dict(KINDS)})}
        for key, (value, allowed) in choices.items():
            if not isinstance(value, str) or value not in allowed:
                raise UserError(
                    self.env._(
                        "“%(key)s” is one of: %(choices)s.",
                        key=key,
                        choices=", ".join(filter(None, allowed)),
                    )
                )
        if not isinstance(is_coarse, bool):
            raise UserError(self.env._("“is_coarse” is true or false."))
