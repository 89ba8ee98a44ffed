import re

from odoo import api, models
from odoo.addons.crm_experience.tools.intake import PARTNER_KEYS, IntakeError, shorten
from odoo.addons.phone_validation.models.mail_thread_phone import PHONE_REGEX_PATTERN
from odoo.tools import SQL, email_normalize

from .crm_experience_intake import RESERVED_SOURCE


class CrmExperienceIntake(models.AbstractModel):
    """What outside events and answers refer to, looked up for all of them at once."""

    _inherit = "crm.experience.intake"

    # ------------------------------------------------------------
    # References
    # ------------------------------------------------------------

    @api.model
    def _get_references(self, items):
        """Look up all records that the items name, in a constant number of queries."""

        def wanted(key):
            return {item[key] for item in items if key in item}

        erased = {}

        def find(field, key):
            return self._find_partners(field, key, wanted(key), erased)

        return {
            "company_id": self.env.company.id,
            "partner_id": find("id", "partner_id"),
            "email": find("email_normalized", "email"),
            "phone": find("phone_sanitized", "phone"),
            "ref": find("ref", "ref"),
            "erased": erased,
            "channel": self.env["crm.touchpoint.channel"]._get_ids_by_code(wanted("channel")),
            "stage": self.env["crm.journey.stage"]._get_ids_by_code(wanted("stage")),
            "dimension": self.env["crm.experience.dimension"]._get_ids_by_code(wanted("dimension")),
            "team_id": self._find_teams(wanted("team_id")),
            "user_id": self._find_users(wanted("user_id")),
            "currency": self._find_currencies(wanted("currency")),
        }

    @api.model
    def _find_partners(self, field, key, texts, erased):
        """Find the customers behind ids, addresses, numbers or references.

        The search runs with the rights of the caller: whom they may not read they cannot
        write about. An archived customer is found by id only.

        :param dict erased: gets when what was known about a customer was erased, by their id
        :return: partner id or :class:`IntakeError` by what was sent
        """
        if not texts:
            return {}
        normalised = {text: self._normalise_partner_key(key, text) for text in texts}
        partners = self.env["res.partner"].with_context(active_test=key != "partner_id")
        query = partners._search(
            [(field, "in", list({value for value in normalised.values() if value}))]
        )
        columns = [
            partners._field_to_sql(query.table, name, query) for name in (field, "id", "company_id")
        ]
        # that there is nothing older than it is no secret to whoever writes here
        columns.append(SQL.identifier(query.table, "experience_erased_date"))
        # ids of the parents of the company alone
        company_ids = {None, *self.env.company.sudo().parent_ids.ids}
        found = {}
        for value, partner_id, company_id, date in self.env.execute_query(query.select(*columns)):
            if date:
                erased[partner_id] = date
            is_own = company_id in company_ids
            if is_own or key == "partner_id":
                found.setdefault(value, []).append((partner_id, is_own))
        return {
            text: self._pick_partner(key, text, value, found.get(value, ()))
            for text, value in normalised.items()
        }

    @api.model
    def _normalise_partner_key(self, key, text):
        if key == "email":
            return email_normalize(text)
        if key == "phone":
            number = self.env["res.partner"]._phone_format(number=text)
            return number and re.sub(PHONE_REGEX_PATTERN, "", number)
        return text

    @api.model
    def _pick_partner(self, key, text, value, partners):
        if not value:
            return IntakeError(key, value=shorten(text))
        if not partners:
            return IntakeError("unknown_partner", key=key, value=shorten(text))
        if len(partners) > 1:
            return IntakeError("ambiguous", key=key, value=shorten(text))
        partner_id, is_own = partners[0]
        return partner_id if is_own else IntakeError("company", key=key, value=shorten(text))

    @api.model
    def _find_teams(self, ids):
        """Return the company of every existing team. No more than that leaves this method,
        so it may look with all rights."""
        teams = (
            self.env["crm.team"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch([("id", "in", list(ids))], ["company_id"])
            if ids
            else ()
        )
        # as above
        company_ids = {False, *self.env.company.sudo().parent_ids.ids}
        return {team.id: team.company_id.id in company_ids for team in teams}

    @api.model
    def _find_users(self, ids):
        """Return whether every existing internal user belongs to the company. No more than
        that leaves this method, so it may look with all rights."""
        users = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch([("id", "in", list(ids)), ("share", "=", False)], ["company_ids"])
            if ids
            else ()
        )
        return {user.id: self.env.company in user.company_ids for user in users}

    @api.model
    def _find_currencies(self, names):
        """Return id and rounding by code; the currency of the company has no code here."""
        currency = self.env.company.currency_id
        found = {None: (currency.id, currency.rounding)}
        if names:
            for currency in self.env["res.currency"].sudo().search([("name", "in", list(names))]):
                found[currency.name] = (currency.id, currency.rounding)
        return found

    @api.model
    def _prepare_common_values(self, item, references):
        """Return the columns that events and answers share.

        :raises IntakeError: naming the reference that does not exist
        """
        if item["source"] == RESERVED_SOURCE:
            raise IntakeError("reserved", value=RESERVED_SOURCE)
        return {
            "source": item["source"],
            "external_id": item["external_id"],
            "company_id": references["company_id"],
            "date": item["date"],
            "partner_id": self._get_item_partner(item, references),
            "channel_id": self._get_term(item, references, "channel"),
            "dimension_id": self._get_term(item, references, "dimension"),
            "team_id": self._get_own_record(item, references, "team_id"),
            "user_id": self._get_own_record(item, references, "user_id"),
        }

    @api.model
    def _get_item_partner(self, item, references):
        key = next(key for key in PARTNER_KEYS if key in item)
        partner_id = references[key][item[key]]
        if isinstance(partner_id, IntakeError):
            raise IntakeError(partner_id.code, **partner_id.values)
        self._check_not_erased(partner_id, item, references)
        return partner_id

    @api.model
    def _check_not_erased(self, partner_id, item, references):
        """Refuse what was known before and erased; a system outside may send it again.

        :raises IntakeError: naming when it was erased
        """
        erased = references["erased"].get(partner_id)
        if erased and "date" in item and item["date"] <= erased:
            raise IntakeError("erased", date=f"{erased:%Y-%m-%d %H:%M:%S}")

    @api.model
    def _get_term(self, item, references, key):
        if key not in item:
            return None
        term_id = references[key].get(item[key])
        if not term_id:
            raise IntakeError("term", key=key, value=shorten(item[key]))
        return term_id

    @api.model
    def _get_own_record(self, item, references, key):
        if key not in item:
            return None
        is_own = references[key].get(item[key])
        if is_own is None:
            raise IntakeError("no_record", key=key, value=item[key])
        if not is_own:
            raise IntakeError("company", key=key, value=item[key])
        return item[key]
