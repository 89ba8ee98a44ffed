from itertools import chain, zip_longest

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

_MOST = 3
# Of each kind, so that enough is left when some are on the same document.
_SOME = 12


class CrmTargetNextThings(models.Model):
    """The three things that a person had best do next, each with its reason in words."""

    _inherit = "crm.target"

    @api.model
    def _get_next_things(self, user, today):
        """What is late comes first, then money that is due, then who is hot: one of each, and of
        the same kinds again where others have nothing. Nothing is told twice about one document.
        """
        kinds = (
            self._get_next_activities(user, today),
            self._get_next_collections(user, today),
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
    def _get_next_collections(self, user, today):
        """Money that is due on orders of the person, the largest sums first."""
        orders, claims = self.env["sale.order"], self.env["crm.collection.plan.report"]
        if not orders.has_access("read"):
            return []
        domain = (
            Domain("user_id", "=", user.id)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("is_open", "=", True)
            & Domain("kind", "=", "order")
            & Domain("date", "<=", today)
            & Domain("order_id", "in", orders._search([]))
        )
        query = claims._search(domain)
        get_path = self.env["crm.indicator"]._get_path_sql
        amount = SQL("sum(%s)", get_path(claims, "amount", query))
        query.groupby = SQL("1, 2, 3")
        query.having = SQL("%s > 0", amount)
        query.order = SQL("4 DESC, 1")
        query.limit = _SOME
        rows = self.env.execute_query(
            query.select(
                get_path(claims, "order_id", query),
                # The claim names order and customer to whoever may read it.
                get_path(claims, "order_id.name", query),
                get_path(claims, "commercial_partner_id.name", query),
                SQL("%s::double precision", amount),
                SQL("min(%s)", get_path(claims, "date", query)),
            )
        )
        return [
            self._prepare_next_thing(
                "collection",
                customer,
                "sale.order",
                order_id,
                date=day.isoformat(),
                amount=total,
                reason=self._get_collection_reason(order, (today - day).days),
            )
            for order_id, order, customer, total, day in rows
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
