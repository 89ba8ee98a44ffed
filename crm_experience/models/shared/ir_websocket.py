import re

from odoo import models

from .res_partner_pulse import PULSE

_CHANNEL = re.compile(re.escape(PULSE) + r"_([1-9]\d{0,9})", re.ASCII)
# A screen shows one customer; somebody with many tabs may have some dozens open.
MOST_CUSTOMERS = 200


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Let whoever works here hear the pulse of the customers whom they may read.

        A browser asks for ``crm_experience.customer_pulse_<id>``; such a name is never listened
        to itself, it only becomes the record's channel.
        """
        names, others = [], []
        for channel in channels:
            is_pulse = isinstance(channel, str) and channel.startswith(PULSE)
            (names if is_pulse else others).append(channel)
        matches = filter(None, map(_CHANNEL.fullmatch, names[:MOST_CUSTOMERS]))
        ids = [number for match in matches if (number := int(match[1])) < 2**31]
        if ids and self.env.user._is_internal():
            partners = self.env["res.partner"].with_context(
                active_test=False, allowed_company_ids=self.env.user.company_ids.ids
            )
            found = partners.search([("id", "in", ids)])
            others += [(partner, PULSE) for partner in found]
        return super()._build_bus_channel_list(others)
