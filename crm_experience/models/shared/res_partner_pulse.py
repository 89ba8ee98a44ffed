from odoo import models

PULSE = "crm_experience.customer_pulse"


class ResPartnerPulse(models.Model):
    """Tells open screens that something about a customer has changed.

    Only that it has, never what: whoever is told reads again, with their own rights. Who may
    listen is decided in ``ir_websocket.py``.
    """

    _inherit = "res.partner"

    def _send_customer_pulse(self, kind):
        """Tell the open screens of these customers, once the transaction is committed.

        A company's screens show what concerns its people, so they are told as well.

        :param str kind: what changed, such as ``case`` or ``fact``
        """
        # once a transaction is enough, however often something is written
        sent = self.env.cr.precommit.data.setdefault(PULSE, set())
        # Only ids are used of the companies that people belong to.
        for partner in self | self.sudo().commercial_partner_id.sudo(False):
            if (partner.id, kind) in sent:
                continue
            sent.add((partner.id, kind))
            self.env["bus.bus"]._sendone(
                (partner, PULSE), PULSE, {"partner_id": partner.id, "kind": kind}
            )
