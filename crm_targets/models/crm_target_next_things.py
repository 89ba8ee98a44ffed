from datetime import date
from itertools import chain, zip_longest
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

_MOST = 3
# Of each kind, so that enough is left when some are on the same document.
_SOME = 12


class Claim(NamedTuple):
    """What is owed on an order and a day.

    :ivar is_due: whether it is invoiced and on an order that the user may read.
    """

    order_id: int | None
    order: str | None
    customer: str | None
    date: date
    is_due: bool | None
    amount: float


class CrmTargetNextThings(models.Model):
    """The three things that a person had best do next, each with its reason in words."""

    _inherit = "crm.target"

    @api.model
    def _get_next_things(self, user, claims, today):
        """What is late comes first, then money that is due, then who is hot: one of each, and of
        the same kinds again where others have nothing. Nothing is told twice about one document.
        """
        kinds = (
            self._get_next_activities(user, today),
            self._get_next_collections(claims, today),
            self._get_next_hot_customers(user),
        )
        things, seen = [], set()
        for thing in chain.from_iterable(zip_longest(*kinds)):
            document = thing and (thing["res_model"], thing["res_id"])
            if thing and document not in seen and len(things) < _MOST:
                seen.add(document)
                things.append(thing)
        return things

    @api.model
    def _prepare_next_thing(self, kind, record_name, res_model, res_id, **values):
        return {
            "kind": kind,
            "name": record_name or "",
            "res_model": res_model,
            "res_id": res_id,
            "can_plan": "activity_ids" in self.env[res_model]._fields,
            "action": {
                "type": "ir.actions.act_window",
                "name": record_name or "",
                "res_model": res_model,
                "res_id": res_id,
                "views": [[False, "form"]],
            },
            **values,
        }

    # ------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------

    @api.model
    def _get_next_activities(self, user, today):
        """Planned activities of the person that are late or due today, the latest first."""
        documents = Domain.OR(
            Domain("res_model", "=", name)
            & Domain("res_id", "in", self.env[name].with_context(active_test=False)._search([]))
            for name in ("crm.lead", "sale.order", "res.partner")
            if self.env[name].has_access("read")
        )
        # Read with all rights, on documents that the user may read.
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search_fetch(
                Domain("user_id", "=", user.id) & Domain("date_deadline", "<=", today) & documents,
                ["summary", "date_deadline", "res_model", "res_id", "res_name"],
                order="date_deadline, id",
                limit=_SOME,
            )
        )
        return [
            self._prepare_next_thing(
                "activity",
                activity.res_name,
                activity.res_model,
                activity.res_id,
                activity_id=activity.id,
                date=activity.date_deadline.isoformat(),
                reason=self._get_activity_reason(activity, today),
            )
            for activity in activities
        ]

    @api.model
    def _get_activity_reason(self, activity, today):
        what = activity.summary or self.env._("Follow-up")
        days = (today - activity.date_deadline).days
        if not days:
            return self.env._("%(what)s, due today", what=what)
        if days == 1:
            return self.env._("%(what)s, overdue since yesterday", what=what)
        return self.env._("%(what)s, overdue for %(days)s days", what=what, days=days)

    # ------------------------------------------------------------
    # Collections
    # ------------------------------------------------------------

    @api.model
    def _get_claims(self, user, last):
        """What customers owe on a person's orders and invoices until a day, not paid yet."""
        # Measured with all rights, like the figures; which orders the user may read is told.
        claims, orders = self.env["crm.collection.plan.report"].sudo(), self.env["sale.order"]
        query = claims._search(
            Domain("user_id", "=", user.id)
            & Domain("company_id.parent_path", "=like", f"{self.env.company.parent_path}%")
            & Domain("settled_on", "=", False)
            & Domain("date", "<=", last)
        )
        get_path = self.env["crm.indicator"]._get_path_sql
        order = get_path(claims, "order_id", query)
        is_invoiced = SQL("%s = 'order'", get_path(claims, "kind", query))
        is_readable = SQL("FALSE")
        if orders.has_access("read"):
            is_readable = SQL("%s IN %s", order, orders._search([]).subselect())
        query.groupby = SQL("1, 2, 3, 4, 5")
        return [
            Claim(*row)
            for row in self.env.execute_query(
                query.select(
                    order,
                    get_path(claims, "order_id.name", query),
                    get_path(claims, "commercial_partner_id.name", query),
                    get_path(claims, "date", query),
                    SQL("(%s AND %s) AS is_due", is_invoiced, is_readable),
                    SQL("sum(%s)::double precision", get_path(claims, "amount", query)),
                )
            )
        ]

    @api.model
    def _get_next_collections(self, claims, today):
        """Money that is due on orders of the person, the largest sums first."""
        orders = {}
        for claim in claims:
            if claim.is_due and claim.date <= today:
                orders.setdefault(claim.order_id, []).append(claim)
        due = [(sum(claim.amount for claim in group), group) for group in orders.values()]
        due.sort(key=lambda item: (-item[0], item[1][0].order_id))
        return [
            self._prepare_next_thing(
                "collection",
                # The claim names order and customer to whoever may read the order.
                group[0].customer,
                "sale.order",
                group[0].order_id,
                date=first.isoformat(),
                amount=total,
                reason=self._get_collection_reason(group[0].order, (today - first).days),
            )
            for total, group in due[:_SOME]
            if total > 0
            for first in [min(claim.date for claim in group)]
        ]

    @api.model
    def _get_collection_reason(self, order, days):
        if not days:
            return self.env._("Payment of %(order)s is due today", order=order)
        if days == 1:
            return self.env._("Payment of %(order)s is overdue since yesterday", order=order)
        return self.env._(
            "Payment of %(order)s is overdue for %(days)s days", order=order, days=days
        )

    # ------------------------------------------------------------
    # Hot customers
    # ------------------------------------------------------------

    @api.model
    def _get_next_hot_customers(self, user):
        """Who is the most urgent to follow up."""
        if not self.env["crm.lead"].has_access("read"):
            return []
        hot = self.env["crm.hot.lead.report"]._get_hot_customers(user, _SOME)
        return [
            self._prepare_next_thing(
                "hot",
                customer["name"],
                customer["res_model"],
                customer["res_id"],
                reason=customer["reason"],
                **({"amount": customer["amount"]} if customer["amount"] else {}),
                **({"date": customer["date"].isoformat()} if customer["date"] else {}),
            )
            for customer in hot
        ]
