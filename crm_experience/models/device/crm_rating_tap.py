from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.models.shared.crm_experience_intake import RESERVED_SOURCE
from odoo.addons.crm_experience.tools.rating_device import (
    LEAST_TOGETHER,
    MAX_AGE,
    WINDOW,
    admit,
    blur,
)
from odoo.addons.crm_experience.tools.satisfaction import normalise
from odoo.tools import SQL

# Keys are remembered longer than taps are taken, so that no message counts twice.
FORGET_AFTER = MAX_AGE + timedelta(days=1)
_PORTION = 10_000


class CrmRatingTap(models.Model):
    """Taps of counter devices, on their way to the answers.

    Nobody has a right on them. They become answers of ``crm.feedback`` several at a time, without
    their minute and with an hour that they share, so that whoever stands beside the counter does
    not learn who said what. Their keys stay for as long as a device could send them again.
    """

    _name = "crm.rating.tap"
    _description = "Tap on a Rating Device"
    _log_access = False

    device_id = fields.Many2one("crm.rating.device", required=True, ondelete="cascade")
    key = fields.Char(required=True)
    date = fields.Datetime(required=True)
    score = fields.Integer(help="1 to 5; 0 once it is an answer.")
    team_id = fields.Many2one("crm.team", ondelete="set null")
    user_id = fields.Many2one("res.users", ondelete="set null")
    dimension_id = fields.Many2one("crm.experience.dimension", ondelete="set null")

    _key_unique = models.UniqueIndex("(device_id, key)")
    _date_index = models.Index("(device_id, date)")

    @api.model
    def _record(self, device, taps):
        """Record taps of a device, each once, and let go those that are enough together.

        :param list taps: of ``tools.rating_device``
        :return: keys of the taps beyond what people can do
        """
        # Two messages of a device at once conflict here, and Odoo runs the second one again.
        device._see()
        device.flush_recordset(["date_seen"])
        known = {
            row.key: row.date
            for row in self.search(
                [
                    ("device_id", "=", device.id),
                    "|",
                    ("key", "in", [tap.key for tap in taps]),
                    "&",
                    ("date", ">", min(tap.date for tap in taps) - WINDOW),
                    ("date", "<", max(tap.date for tap in taps) + WINDOW),
                ]
            )
        }
        new = [tap for tap in taps if tap.key not in known]
        admitted, others = admit(new, known.values())
        dimension_ids = set(device.dimension_ids.ids)
        self.create(
            [
                {
                    "device_id": device.id,
                    "key": tap.key,
                    "date": tap.date,
                    "score": tap.score,
                    "team_id": device.team_id.id,
                    "user_id": device.user_id.id,
                    "dimension_id": tap.dimension if tap.dimension in dimension_ids else False,
                }
                for tap in admitted
            ]
        )
        self._release(device)
        return [tap.key for tap in others]

    @api.model
    def _release(self, device):
        """Make answers of the taps about a person or counter, once there are enough of them."""
        waiting = self.search([("device_id", "=", device.id), ("score", "!=", 0)])
        minimum = max(self.env["crm.feedback"]._get_minimum_answers(), LEAST_TOGETHER)
        for taps in waiting.grouped(lambda tap: (tap.team_id, tap.user_id)).values():
            if len(taps) >= minimum:
                hours = blur(taps.mapped("date"), minimum)
                self.env["crm.feedback"]._insert_rows(
                    {
                        (RESERVED_SOURCE, tap._get_external_id()): tap._prepare_row(hour)
                        for tap, hour in zip(taps, hours, strict=True)
                    }
                )
                taps.score = 0

    def _get_external_id(self):
        # The key is random: the order of the answers says nothing about that of the customers.
        return f"crm.rating.device:{self.device_id.id}:{self.key}"

    def _prepare_row(self, hour):
        """Return the columns of the answer, in no company but that of the device.

        :param datetime hour: which it shares with others
        """
        device = self.device_id
        return {
            "source": RESERVED_SOURCE,
            "external_id": self._get_external_id(),
            "company_id": device.company_id.id,
            "device_id": device.id,
            "date": hour,
            "channel_id": device.channel_id.id,
            "stage_id": device.stage_id.id or None,
            "dimension_id": self.dimension_id.id or None,
            "team_id": self.team_id.id or None,
            "user_id": self.user_id.id or None,
            "metric": "csat",
            "score": self.score,
            "score_normalised": normalise("csat", self.score),
        }

    @api.model
    def _cron_forget_taps(self):
        """Delete the keys that no device could send again."""
        limit = fields.Datetime.now() - FORGET_AFTER
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_rating_tap WHERE id IN (
                       SELECT id FROM crm_rating_tap WHERE score = 0 AND date < %s LIMIT %s)""",
                limit,
                _PORTION,
            )
        )
        deleted = self.env.cr.rowcount
        self.env["ir.cron"]._commit_progress(deleted, remaining=int(deleted == _PORTION))
