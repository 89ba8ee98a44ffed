from odoo import api, models

from .crm_indicator_definition import DefinitionError

_FEW = 500


class CrmScorecardRecords(models.Model):
    """The records behind the figures of the steering wheel."""

    _inherit = "crm.scorecard"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_records_action(self, line_id, date=None):
        """Open the records behind the figure of a line, as far as the user may read them.

        :param int line_id: a line of a scorecard that the user may read.
        :param str date: a day of the period, ISO 8601; today by default.
        :return: `{"action": dict | False, "visible_count": int, "total_count": int}`.
        :raises AccessError: when the user may not read the scorecard.
        """
        line = self._browse_checked(self.env["crm.scorecard.line"], line_id)
        scorecard = line.scorecard_id
        nothing = {"action": False, "visible_count": 0, "total_count": 0}
        indicator = line.indicator_id
        try:
            # Measured with all rights, like the figure; the records are read with the user's own.
            parts = indicator.sudo()._get_records_action_parts(
                scorecard, scorecard.granularity, scorecard._parse_date(date)
            )
        except DefinitionError:
            return nothing
        if not parts:
            return nothing
        model, domain = parts
        # pylint: disable-next=context-overridden  # the caller's context must not narrow the count
        total = model.with_context({}).search_count(domain)
        model = self.env[model._name].with_context(active_test=True)
        if not model.has_access("read"):
            return {**nothing, "total_count": total}
        visible = model.search(domain, limit=_FEW + 1, order="id").ids
        few = len(visible) <= _FEW
        action = {
            "type": "ir.actions.act_window",
            "name": indicator.name,
            "res_model": model._name,
            "views": [[False, "list"], [False, "form"]],
            "domain": [("id", "in", visible)] if few else list(domain),
            # Ids may be those of archived records, a filter of the indicator decides itself.
            "context": {"create": False, "active_test": not few},
        }
        count = len(visible) if few else model.search_count(domain)
        return {"action": action, "visible_count": count, "total_count": total}
