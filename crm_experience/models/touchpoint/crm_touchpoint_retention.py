import logging
from datetime import datetime

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

PARAMETER = "crm_experience.touchpoint_retention"
# Touchpoints of one portion: some tenths of a second, then the work so far is kept.
PORTION = 1000


class CrmTouchpoint(models.Model):
    """Touchpoints that are older than the retention period are forgotten.

    * They are deleted, with their attachments. What was handed out stays handed out.
    * Answers that were given with them stay in the figures, without customer and words.
    * Purchases stay, because what a customer is worth is counted from them, without words.
    * What an open case refers to stays until the case is settled.
    """

    _inherit = "crm.touchpoint"

    @api.model
    def _get_retention_limit(self):
        """Return the moment before which touchpoints are forgotten, in UTC; None for never."""
        value = self.env["ir.config_parameter"].sudo().get_param(PARAMETER, "0")
        months = int(value) if value.isdecimal() else 0
        return fields.Datetime.now() - relativedelta(months=months) if months else None

    @api.model
    def _cron_forget(self):
        """Forget what is too old, in portions; one that is stopped goes on the next time."""
        limit = self._get_retention_limit()
        if not limit:
            return
        cron = self.env["ir.cron"]
        last, count = (datetime.min, 0), 0
        while rows := self._find_forgettable(limit, last):
            self.browse(row_id for row_id, _date in rows)._forget()
            count += len(rows)
            last = rows[-1][::-1]
            is_last = len(rows) < PORTION
            if not cron._commit_progress(len(rows), remaining=int(not is_last)) or is_last:
                break
        if count:
            _logger.info("Forgot %s touchpoints from before %s", count, limit)

    @api.model
    def _find_forgettable(self, limit, last):
        """Return (id, date) of the next touchpoints to forget, the oldest first.

        Where one left off is a place in the index of dates: what must stay is passed once.

        :param last: date and id of the last one of the portion before
        """
        self.flush_model()
        self.env["crm.case"].flush_model(["is_open", "touchpoint_id"])
        query = SQL(
            """SELECT id, date
                 FROM crm_touchpoint
                WHERE date < %s AND (date, id) > (%s, %s)
                  AND (COALESCE(amount, 0) = 0 OR summary IS NOT NULL)
                  AND NOT %s
                ORDER BY date, id
                LIMIT %s""",
            limit,
            *last,
            self._get_needed_condition(),
            PORTION,
        )
        return self.env.execute_query(query)

    @api.model
    def _get_needed_condition(self):
        """Return the condition, on ``crm_touchpoint``, of what is still being worked with."""
        return SQL(
            """EXISTS (SELECT FROM crm_case
                        WHERE crm_case.touchpoint_id = crm_touchpoint.id AND crm_case.is_open)"""
        )

    def _forget(self):
        """Delete the touchpoints; those with an amount lose their words, all their answers."""
        self.env["crm.feedback"]._forget_touchpoints(self)
        purchases = self.filtered("amount")
        purchases._forget_words()
        (self - purchases)._erase_records()

    def _forget_words(self):
        """Empty what was said, and delete what was attached."""
        if not self:
            return
        self.env.cr.execute(
            SQL("UPDATE crm_touchpoint SET summary = NULL WHERE id = ANY(%s)", self.ids)
        )
        self.invalidate_recordset(["summary"])
        self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
