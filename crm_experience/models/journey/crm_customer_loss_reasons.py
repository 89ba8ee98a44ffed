from collections import Counter

from odoo import api, models
from odoo.addons.crm_experience.tools.figures import share, tally_points
from odoo.fields import Domain

#: The reference that comes with the addon, in percent by code of the reason.
SHIPPED_REFERENCE = {
    "death": 1,
    "moved": 3,
    "friends": 5,
    "price": 9,
    "quality": 14,
    "neglect": 68,
}
#: With fewer lost customers nothing is said about a difference from the reference.
MIN_COMPARED = 30


class CrmCustomerLoss(models.Model):
    """Why customers leave us, beside why they leave elsewhere, as data."""

    _inherit = "crm.customer.loss"

    @api.model
    @api.readonly
    def get_reasons(self, date_from=None, date_to=None, team_id=None):
        """Return for which reasons customers were lost, beside the reference distribution.

        :param str date_from: only who was lost on this day or later, such as ``2026-01-31``
        :param str date_to: only who was lost on this day or before
        :param int team_id: only customers of a team and the teams below it
        :return: ``count`` of lost customers, ``won_back`` of them, ``value`` (what they bought in
            a year; only if ``has_value``: one currency), ``currency_id``, ``has_reference``,
            ``reference_note`` (where the reference comes from) and ``reasons`` of the top of the
            tree, the most frequent first, each with ``id``, ``code``, ``name``, ``count``,
            ``percent`` with its 95 % interval ``low`` to ``high``, ``reference``, ``differs``
            (``more``, ``fewer`` or empty: the reference lies within the interval, or fewer than
            30 were lost) and ``details``: ``id``, ``name``, ``count`` of the reasons below it
        """
        domain = self.env["crm.playbook"]._get_owner_domain(None, team_id)
        parse = self.env["crm.scenario"]._parse_day
        if day := parse(date_from):
            domain &= Domain("date", ">=", day)
        if day := parse(date_to):
            domain &= Domain("date", "<=", day)
        counts, back, value = Counter(), 0, 0.0
        for reason, state, count, total in self._read_group(
            domain, ["reason_id", "state"], ["__count", "value:sum"]
        ):
            counts[reason] += count
            back += count if state == "won_back" else 0
            value += total
        reasons = self._get_reason_rows(counts)
        currencies = self.env.companies.currency_id
        return {
            "count": counts.total(),
            "won_back": back,
            "has_value": len(currencies) == 1,
            **({"value": value} if len(currencies) == 1 else {}),
            "currency_id": self.env.company.currency_id.id,
            "has_reference": any(row["reference"] for row in reasons),
            "reference_note": self._get_reference_note(reasons),
            "reasons": reasons,
        }

    @api.model
    def _get_reason_rows(self, counts):
        """Return the reasons of the top of the tree, with what is below them counted in."""
        known = self.env["crm.loss.reason"].search([])
        known |= known.union(*counts).sorted()
        tops = {reason: int(reason.parent_path.split("/", 1)[0]) for reason in known}
        total = counts.total()
        has_reference = any(reason.reference_percent for reason in known if not reason.parent_id)
        rows = []
        for top in known.browse(dict.fromkeys(tops.values())):
            below = [reason for reason in known if tops[reason] == top.id]
            count = sum(counts[reason] for reason in below)
            if not top.active and not count:
                continue
            own = share(tally_points(total, high=count))
            rows.append(
                {
                    "id": top.id,
                    "code": top.code or "",
                    "name": top.name,
                    "count": count,
                    "percent": round(own.value, 1) if own else 0.0,
                    "low": round(own.low, 1) if own else 0.0,
                    "high": round(own.high, 1) if own else 0.0,
                    "reference": top.reference_percent,
                    "differs": self._get_difference(own, top.reference_percent)
                    if has_reference and total >= MIN_COMPARED
                    else "",
                    "details": [
                        {"id": reason.id, "name": reason.name, "count": counts[reason]}
                        for reason in below
                        if reason != top and counts[reason]
                    ],
                }
            )
        return sorted(rows, key=lambda row: -row["count"])

    @api.model
    def _get_difference(self, own, reference):
        """Say whether a share is more or fewer than the reference, beyond what chance makes."""
        if reference < own.low:
            return "more"
        return "fewer" if reference > own.high else ""

    @api.model
    def _get_reference_note(self, rows):
        """Say where the reference comes from."""
        reference = {row["code"]: row["reference"] for row in rows if row["reference"]}
        if not reference:
            return ""
        if reference == SHIPPED_REFERENCE:
            return self.env._(
                "Reference: figures that are quoted everywhere and whose study nobody can show. "
                "They are attributed to the American Society for Quality, to the U.S. Small "
                "Business Administration and to others, and stood in M. LeBoeuf's “How to Win "
                "Customers and Keep Them for Life” (1987). Take them for a stimulus, not for a "
                "measurement, and put in their place what is known of your trade."
            )
        return self.env._("Reference: what your company has entered with the reasons.")
