from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

DATES = 8
PEOPLE = 12
ROLES = 40
PRODUCTS = 6
APPOINTMENTS = 3
# An occasion for everybody is on the card when it is near.
OCCASION_DAYS = 45


class CrmPartnerFact(models.Model):
    """What stands around the facts of the notebook: dates, people and products."""

    _inherit = "crm.partner.fact"

    # ------------------------------------------------------------
    # Dates
    # ------------------------------------------------------------

    @api.model
    def _get_notebook_dates(self, partners):
        """Return the dates of the customers that come next, and occasions that are near."""
        today = fields.Date.context_today(self)
        dates = self.env["crm.partner.date"].search(
            [("partner_id", "in", partners.ids)], order="date_next, id", limit=DATES
        )
        occasions = self.env["crm.care.occasion"].search(
            [
                ("date_next", ">=", today),
                ("date_next", "<=", fields.Date.add(today, days=OCCASION_DAYS)),
            ]
        )
        sources = dict(dates._fields["source"]._description_selection(self.env))
        items = [
            {
                "id": record.id,
                "kind": record.kind,
                "title": record._get_title(),
                "date": fields.Date.to_string(record.date_next),
                "days": (record.date_next - today).days,
                "years": record.years_next,
                "is_lunar": record.calendar == "lunar",
                "source_label": sources[record.source],
                "model": record._name,
                "partner": {"id": record.partner_id.id, "name": record.partner_id.name or ""},
            }
            for record in dates
            if record.date_next
        ]
        items += [
            {
                "kind": "occasion",
                "title": occasion.name,
                "date": fields.Date.to_string(occasion.date_next),
                "days": (occasion.date_next - today).days,
                "years": 0,
                "is_lunar": occasion.calendar == "lunar",
            }
            for occasion in occasions
        ]
        items += self._get_notebook_appointments(partners)
        return sorted(items, key=lambda item: item["date"])

    @api.model
    def _get_notebook_appointments(self, partners):
        """Return the meetings with these customers that come next, and what is planned for them,
        as far as the user may read them."""
        today = fields.Date.context_today(self)
        found = []
        meetings = self.env["calendar.event"]
        if meetings.has_access("read"):
            coming = Domain("partner_ids", "in", partners.ids)
            coming &= Domain("start", ">=", fields.Datetime.now())
            for meeting in meetings.search(coming, order="start, id", limit=APPOINTMENTS):
                day = meeting.start_date or (
                    fields.Datetime.context_timestamp(self, meeting.start).date()
                )
                found.append(("meeting", meeting, meeting.display_name, day))
        planned = Domain("res_model", "=", "res.partner") & Domain("res_id", "in", partners.ids)
        for activity in self.env["mail.activity"].search(
            planned, order="date_deadline, id", limit=APPOINTMENTS
        ):
            title = activity.summary or activity.activity_type_id.name
            found.append(("activity", activity, title, activity.date_deadline))
        return [
            {
                "id": record.id,
                "kind": kind,
                "title": title or "",
                "date": fields.Date.to_string(day),
                "days": (day - today).days,
                "years": 0,
                "is_lunar": False,
                "model": record._name,
            }
            for kind, record, title, day in found
        ]

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    @api.model
    def _get_notebook_roles(self, partner, lead):
        """Return who pays, decides and uses: of the customer, of the opportunity, of the person."""
        company = partner.commercial_partner_id
        domain = Domain("customer_id", "in", (partner | company).ids)
        domain |= Domain("partner_id", "=", partner.id)
        if lead:
            domain |= Domain("lead_id", "=", lead.id)
        roles = self.env["crm.deal.role"].search(domain, limit=ROLES)
        labels = dict(roles._fields["role"]._description_selection(self.env))
        writable = set(roles._filtered_access("write").ids)
        items = []
        # Whoever may read a role may read the names on it.
        for role in roles.sudo():
            item = {
                "id": role.id,
                "role": role.role,
                "label": labels[role.role],
                "partner": {"id": role.partner_id.id, "name": role.partner_id.name or ""},
                "can_write": role.id in writable,
                "date": fields.Date.to_string(role.create_date),
            }
            if role.user_id:
                item["user"] = role.user_id.name
            for key in ("customer", "lead"):
                if record := role[f"{key}_id"]:
                    item[key] = {"id": record.id, "name": record.name or ""}
            if role.note:
                item["note"] = role.note
            items.append(item)
        return items

    @api.model
    def _get_notebook_people(self, partner, lead):
        """Return the people of a company, or those around the customer of an opportunity."""
        company = partner.commercial_partner_id
        if company != partner and not lead:
            return []
        people = self.env["res.partner"].search(
            [
                ("commercial_partner_id", "=", company.id),
                ("is_company", "=", False),
                ("type", "=", "contact"),
            ],
            order="complete_name, id",
            limit=PEOPLE,
        )
        items = []
        for person in people:
            known = {
                "function": person.function,
                "phone": person.phone,
                "email": person.email,
            }
            items.append(
                {"id": person.id, "name": person.name or person.display_name}
                | {key: value for key, value in known.items() if value}
            )
        return items

    # ------------------------------------------------------------
    # Products
    # ------------------------------------------------------------

    @api.model
    def _get_notebook_products(self, partners):
        """Return what the customers own: registered, or bought in orders that the user may read."""
        today = fields.Date.context_today(self)
        registered = self.env["crm.registered.product"].search(
            [("partner_id", "in", partners.ids)], limit=PRODUCTS
        )
        items = []
        for product in registered:
            known = {
                "date": product.date_purchase and fields.Date.to_string(product.date_purchase),
                "serial_number": product.serial_number,
                "warranty_end": product.date_warranty_end
                and fields.Date.to_string(product.date_warranty_end),
            }
            items.append(
                {
                    "id": product.id,
                    "name": product.name,
                    "is_registered": True,
                    "has_warranty": bool(product.date_warranty_end)
                    and product.date_warranty_end >= today,
                }
                | {key: value for key, value in known.items() if value}
            )
        known_ids = set(registered.product_id.ids)
        return items + [
            item for item in self._get_bought_products(partners) if item["id"] not in known_ids
        ]

    @api.model
    def _get_bought_products(self, partners):
        """Return the products bought last, with the rights of the user on order lines."""
        lines = self.env["sale.order.line"]
        if not lines.has_access("read"):
            return []
        query = lines._search(
            [
                ("order_partner_id", "in", partners.ids),
                ("state", "=", "sale"),
                ("display_type", "=", False),
                ("product_id", "!=", False),
                ("is_downpayment", "=", False),
                ("product_uom_qty", ">", 0),
                ("price_unit", ">=", 0),
            ]
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT line.product_id, sum(line.product_uom_qty), max(sale.date_order)
                     FROM sale_order_line line JOIN sale_order sale ON sale.id = line.order_id
                    WHERE line.id IN %s
                    GROUP BY line.product_id ORDER BY max(sale.date_order) DESC, line.product_id
                    LIMIT %s""",
                query.subselect(),
                PRODUCTS,
            )
        )
        # Whoever may read an order may read what was bought.
        products = self.env["product.product"].sudo().browse(row[0] for row in rows)
        return [
            {
                "id": product.id,
                "name": product.display_name,
                "is_registered": False,
                "quantity": quantity,
                "date": fields.Date.to_string(date),
            }
            for product, (_id, quantity, date) in zip(products, rows, strict=True)
        ]
