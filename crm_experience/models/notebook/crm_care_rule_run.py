from datetime import timedelta
from functools import partial
from typing import NamedTuple

import pytz
from markupsafe import Markup
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Nobody is greeted in the night: a company's work begins at this hour of its own time.
_HOUR = 8
_PORTION = 200
# Two days of the same occasion lie closer together than half a year only if somebody has
# corrected the day: then it has been done for this year.
_SAME_OCCASION_DAYS = 180


class Place(NamedTuple):
    """A company, and the day that it is there."""

    company: object
    zone: str
    today: object
    is_open: bool


class CrmCareRule(models.Model):
    """What comes up by itself: every hour, once for each occasion."""

    _inherit = "crm.care.rule"

    @api.model
    def _cron_greet(self):
        """Do what is due for every company where the working day has begun, then look ahead.

        What is done and the memory of it are one transaction, and committed in portions: so the
        job can be stopped anywhere and does nothing twice. A rule that fails says why on its form
        and holds up no other.
        """
        cron = self.env["ir.cron"]
        places = self._get_places()
        dates, occasions = self.env["crm.partner.date"], self.env["crm.care.occasion"]
        earliest = min(place.today for place in places)
        for model in (dates, occasions):
            while not model._refresh_dates(earliest):
                if not cron._commit_progress():
                    return
        for place in places:
            if not place.is_open:
                continue
            rules = self.with_company(place.company).with_context(
                allowed_company_ids=place.company.ids
            )
            for rule in rules.search([("company_id", "in", [False, place.company.id])]):
                while (rule._run_guarded(partial(rule._run_portion, place)) or 0) >= _PORTION:
                    if not cron._commit_progress():
                        return
                if not cron._commit_progress(1):
                    return

    @api.model
    def _cron_derive(self):
        """Find the first purchase of every customer, once a day."""
        cron = self.env["ir.cron"]
        for place in self._get_places():
            dates = self.env["crm.partner.date"]
            dates._derive_first_purchases(place.company, place.zone)
            while not dates._refresh_dates(place.today):
                cron._commit_progress()
            if not cron._commit_progress(1):
                return

    @api.model
    def _get_places(self):
        """Return every company with its day and whether its working hours have begun."""
        now = pytz.utc.localize(fields.Datetime.now())
        companies = self.env["res.company"].search([])
        zones = self.env["crm.indicator"]._get_zones(companies)
        places = []
        for company in companies:
            local = now.astimezone(pytz.timezone(zones[company.id]))
            places.append(Place(company, zones[company.id], local.date(), local.hour >= _HOUR))
        return places

    # ------------------------------------------------------------
    # One rule
    # ------------------------------------------------------------

    def _run_portion(self, place):
        """Do what is due for a portion of the customers.

        :return: how many there were
        """
        actions = self._claim(place)
        if self.action == "mail":
            self._send_mails(actions)
        else:
            self._open_activities(actions, place.today)
        return len(actions)

    def _claim(self, place):
        """Remember what is due now, in one statement, and return it.

        The unique key is what makes sure that it is done once, whoever else does it at the
        same moment; a claim that is rolled back was never done.
        """
        self.env.flush_all()
        partners = self.env["res.partner"]._search(self._get_care_partner_domain())
        source = (
            self._get_occasion_query(place, partners)
            if self.date_kind == "occasion"
            else self._get_date_query(place)
        )
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_care_action (
                    rule_id, partner_id, partner_date_id, company_id, date_occasion, date, key,
                    create_uid, create_date, write_uid, write_date
                )
                SELECT %(rule)s, due.partner_id, due.partner_date_id, %(company)s,
                       due.day, %(now)s, due.key, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(source)s) AS due
                 WHERE due.partner_id IN %(partners)s
                   AND due.day - %(before)s <= %(today)s AND due.day + %(late)s >= %(today)s
                   AND NOT EXISTS (
                       SELECT FROM crm_care_action AS done
                        WHERE done.rule_id = %(rule)s
                          AND done.partner_id = due.partner_id
                          AND (done.partner_date_id IS NULL
                               OR done.partner_date_id = due.partner_date_id)
                          AND done.company_id = %(company)s
                          AND done.date_occasion BETWEEN due.day - %(same)s AND due.day + %(same)s)
                 ORDER BY due.day, due.partner_id
                 LIMIT %(portion)s
                ON CONFLICT (rule_id, key) DO NOTHING
                RETURNING id
                """,
                rule=self.id,
                company=place.company.id,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                source=source,
                partners=partners.subselect(),
                today=place.today,
                before=self.days_before,
                late=self.days_late,
                same=_SAME_OCCASION_DAYS,
                portion=_PORTION,
            )
        )
        return self.env["crm.care.action"].browse(row[0] for row in rows)

    def _get_date_query(self, place):
        """Return the next and the last occurrence of the customers' own dates.

        What was noted after the day was not there to be done.
        """
        return SQL(
            """
            SELECT noted.partner_id, noted.id AS partner_date_id, occurrence.day,
                   'date:' || noted.id || ':' || occurrence.day AS key
              FROM crm_partner_date AS noted
             CROSS JOIN LATERAL (
                   VALUES (noted.date_next), (noted.date_previous)) AS occurrence (day)
             WHERE noted.active AND noted.kind = %s AND noted.company_id = %s
               AND occurrence.day >= noted.create_date::date
               AND (noted.year IS NULL OR noted.year < extract(year FROM occurrence.day))
            """,
            self.date_kind,
            place.company.id,
        )

    def _get_occasion_query(self, place, partners):
        """Return the next and the last day of the occasion, for every one of these customers.

        Customers who share a mailbox get one mail, not one each.
        """
        occasion = self.occasion_id
        before, late = timedelta(days=self.days_before), timedelta(days=self.days_late)
        days = [
            day
            for day in (occasion.date_next, occasion.date_previous)
            if occasion.active and day and day - before <= place.today <= day + late
        ]
        address = "%s.email_normalized" if self.action == "mail" else "%s.id::text"
        return SQL(
            """
            SELECT DISTINCT ON (%(address)s, occurrence.day)
                   partner.id AS partner_id, NULL::int AS partner_date_id, occurrence.day,
                   'occasion:' || %(occasion)s || ':' || partner.id || ':' || %(company)s
                       || ':' || occurrence.day AS key
              FROM res_partner AS partner
             CROSS JOIN unnest(%(days)s::date[]) AS occurrence (day)
             WHERE partner.id IN %(partners)s
               AND (partner.company_id IS NULL OR partner.company_id = %(company)s)
               AND NOT EXISTS (
                   SELECT FROM crm_care_action AS done
                     JOIN res_partner AS twin ON twin.id = done.partner_id
                    WHERE done.rule_id = %(rule)s
                      AND done.company_id = %(company)s
                      AND %(twin_address)s = %(address)s
                      AND done.date_occasion BETWEEN occurrence.day - %(same)s
                                                 AND occurrence.day + %(same)s)
             ORDER BY %(address)s, occurrence.day, partner.id
            """,
            address=SQL(address, SQL("partner")),
            twin_address=SQL(address, SQL("twin")),
            occasion=occasion.id,
            company=place.company.id,
            rule=self.id,
            days=days,
            partners=partners.subselect(),
            same=_SAME_OCCASION_DAYS,
        )

    def _get_care_partner_domain(self):
        """Return the domain of the customers who may be greeted this way."""
        domain = self._get_partner_domain() & self.env["res.partner"]._get_alive_domain()
        if self.date_kind == "occasion":
            # customers, not everybody whose address is in the book
            domain &= Domain("partner_share", "=", True)
            domain &= Domain("customer_rank", ">", 0) | Domain(
                "sale_order_ids", "any", [("state", "=", "sale")]
            )
        if self.action == "mail":
            partners = self.env["res.partner"]
            domain &= Domain("email_normalized", "!=", False)
            domain &= partners._get_contactable_domain("mail")
            domain &= partners._get_contactable_domain("greeting")
            # whoever is left alone now is greeted by a later run
            domain &= partners._get_awake_domain(fields.Datetime.now())
        return domain

    # ------------------------------------------------------------
    # What is done
    # ------------------------------------------------------------

    def _send_mails(self, actions):
        """Put the mails into the outbox, each in the language of its customer."""
        by_partner = actions.grouped("partner_id")
        partner_ids = [partner.id for partner in by_partner]
        mails = self.mail_template_id.send_mail_batch(partner_ids) if partner_ids else []
        for mail, own in zip(mails, by_partner.values(), strict=True):
            mail.headers = repr(own[0]._get_mail_headers())

    def _open_activities(self, actions, today):
        """Open an activity for each, in the language of whoever gets it."""
        partners = self.env["res.partner"]
        common = {
            "res_model_id": self.env["ir.model"]._get_id(partners._name),
            "activity_type_id": self.activity_type_id.id,
        }
        vals_list = []
        for action in actions:
            user = self._get_assignee(action)
            action.user_id = user
            rule = self.with_context(lang=user.lang)
            vals_list.append(
                {
                    **common,
                    "res_id": action.partner_id.id,
                    "user_id": user.id,
                    "summary": rule._get_activity_summary(action),
                    "note": rule._get_activity_note(action),
                    "date_deadline": max(action.date_occasion, today),
                }
            )
        # Without a mail for each: they are in the list of activities.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(vals_list)

    def _get_assignee(self, action):
        """Return who takes care of the customer; somebody does, whoever has left."""
        partner = action.partner_id
        salesperson = partner.user_id or partner.commercial_partner_id.user_id
        leader = (salesperson.sale_team_id or action.partner_date_id.team_id).user_id
        by_rule = {
            "salesperson": salesperson or leader,
            "lead": leader or salesperson,
            "user": self.user_id,
        }[self.assign]
        candidates = (
            by_rule,
            self.user_id,
            action.partner_date_id.user_id,
            self.create_uid,
            self.env.ref("base.user_admin", raise_if_not_found=False) or self.env.user,
        )
        return next((user for user in candidates if user.active), self.env.user)

    def _get_activity_note(self, action):
        """Return what to do, with what the customer does not want."""
        refusals = action.partner_id.with_env(self.env)._get_refusals()
        if not refusals:
            return self.note
        return (self.note or Markup()) + Markup("<p>%s</p>") % " · ".join(refusals)

    def _get_activity_summary(self, action):
        """Return what the occasion is, with how many years it is if that is known."""
        noted = action.partner_date_id.with_env(self.env)
        if not noted:
            return self.occasion_id.name or self.name
        years = noted._count_years(action.date_occasion)
        if not years:
            return noted._get_title()
        if noted.kind == "birthday":
            return self.env._(
                "%(occasion)s, turns %(years)s", occasion=noted._get_title(), years=years
            )
        if years == 1:
            return self.env._("%(occasion)s, the first year", occasion=noted._get_title())
        return self.env._("%(occasion)s, %(years)s years", occasion=noted._get_title(), years=years)
