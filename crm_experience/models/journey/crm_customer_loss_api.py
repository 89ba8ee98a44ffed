from operator import itemgetter

from odoo import api, models
from odoo.addons.crm_experience.tools.intake import (
    PARTNER_KEYS,
    Identifier,
    IntakeError,
    Moment,
    Text,
    shorten,
)

LOSS_FIELDS = {
    "partner_id": Identifier(),
    "email": Text(limit=254),
    "phone": Text(),
    "ref": Text(limit=255),
    "reason": Text(required=True),
    "date": Moment(),
    "competitor": Text(limit=255),
    "note": Text(limit=2000),
}


class CrmCustomerLoss(models.Model):
    """Lost customers, reported from outside."""

    _inherit = "crm.customer.loss"

    @api.model
    def log_losses(self, losses):
        """Mark customers as lost, in bulk; sending it again changes nothing.

        :param list losses: at most 1,000 dictionaries with one of ``partner_id``, ``email``,
            ``phone``, ``ref``, and ``reason`` (code of a reason); optional ``date`` (today by
            default), ``competitor``, ``note``
        :return: for every item, in order, ``{"status": "created" | "existing" | "error",
            "id": int | False, "error": str}``; ``existing`` where the customer is lost already
        """
        intake = self.env["crm.touchpoint"]
        intake._check_items(losses)
        self.browse().check_access("create")
        prepared = intake._prepare_items(
            losses, LOSS_FIELDS, self._prepare_logged_values, self._find_reasons
        )
        known = self._get_open_losses(
            {values["partner_id"] for values in prepared if isinstance(values, dict)}
        )
        new = {}
        for values in prepared:
            if isinstance(values, dict) and values["partner_id"] not in known:
                new.setdefault(values["partner_id"], values)
        created = dict(zip(new, self.create(list(new.values())).ids, strict=True))
        return intake._get_answers(prepared, itemgetter("partner_id"), created, known)

    @api.model
    def _find_reasons(self, items):
        codes = list({item["reason"] for item in items})
        reasons = self.env["crm.loss.reason"].search_fetch([("code", "in", codes)], ["code"])
        return {"reason": {reason.code: reason.id for reason in reasons}}

    @api.model
    def _get_open_losses(self, partner_ids):
        """Return the open loss of each of the customers in the company."""
        losses = self.search_fetch(
            [
                ("partner_id", "in", list(partner_ids)),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "lost"),
            ],
            ["partner_id"],
        )
        return {loss.partner_id.id: loss.id for loss in losses}

    @api.model
    def _prepare_logged_values(self, item, references):
        key = next(key for key in PARTNER_KEYS if key in item)
        partner_id = references[key][item[key]]
        if isinstance(partner_id, IntakeError):
            raise partner_id
        self.env["crm.touchpoint"]._check_not_erased(partner_id, item, references)
        if item["reason"] not in references["reason"]:
            raise IntakeError("term", key="reason", value=shorten(item["reason"]))
        customer = self.env["res.partner"].browse(partner_id).commercial_partner_id
        values = {
            "partner_id": customer.id,
            "company_id": self.env.company.id,
            "user_id": self._get_responsible(customer).id,
            "reason_id": references["reason"][item["reason"]],
            "competitor": item.get("competitor"),
            "note": item.get("note"),
        }
        if "date" in item:
            values["date"] = item["date"].date()
        return values
