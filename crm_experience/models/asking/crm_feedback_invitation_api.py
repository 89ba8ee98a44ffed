from operator import itemgetter

from odoo import api, fields, models
from odoo.addons.crm_experience.models.shared.crm_experience_intake import MAX_ITEMS
from odoo.addons.crm_experience.tools.intake import (
    Identifier,
    IntakeError,
    Moment,
    Text,
)
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

INVITE_FIELDS = {
    "source": Text(required=True),
    "external_id": Text(required=True, limit=180),
    "rule_id": Identifier(required=True),
    "date": Moment(),
    "partner_id": Identifier(),
    "email": Text(limit=254),
    "phone": Text(),
    "ref": Text(limit=255),
    "channel": Text(),
    "stage": Text(),
    "team_id": Identifier(),
    "user_id": Identifier(),
}

_IDENTITY = itemgetter("rule_id", "occasion")


class CrmFeedbackInvitationApi(models.Model):
    """Asking from outside: other programs invite, and learn what became of it."""

    _inherit = "crm.feedback.invitation"

    @api.model
    def invite(self, invitations):
        """Ask customers because something happened outside Odoo; each is asked once.

        An invitation is queued, and sent by the rule's way once limits, quiet hours and
        opt-out allow it.

        :param list invitations: at most 1,000 dictionaries with

            * ``source``, ``external_id``: together with the rule the identity of the occasion
            * ``rule_id``: an asking rule of the company
            * one of ``partner_id``, ``email``, ``phone``, ``ref``
            * optional: ``date`` from which on the customer is asked (now by default; UTC),
              ``channel``, ``stage`` (codes), ``team_id``, ``user_id``
        :return: for every invitation, in order, ``{"status": "created" | "existing" | "error",
            "id": int | False, "error": str}``
        """
        intake = self.env["crm.feedback"]
        intake._check_items(invitations)
        self._check_may_ask()
        prepared = intake._prepare_items(
            invitations, INVITE_FIELDS, self._prepare_invite_values, self._find_rules
        )
        rows = {}
        for values in prepared:
            if isinstance(values, dict):
                rows.setdefault(_IDENTITY(values), values)
        created, existing = self._insert_occasions(rows)
        if created:
            # whoever may ask may let the job run that asks
            self.env.ref("crm_experience.ir_cron_ask").sudo()._trigger()
        return intake._get_answers(prepared, _IDENTITY, created, existing)

    @api.model
    def get_links(self, invitation_ids):
        """Return the personal links of invitations, for a program that sends them by itself.

        Whoever has the link answers as the customer; so only team leads and administrators get
        it, of invitations that they may read.

        :param list invitation_ids: at most 1,000 ids
        :return: for every id, in order, ``{"id", "state", "url"}``; ``url`` is empty while it
            cannot be answered, and ``state`` as well for what the caller may not read or is
            not there
        """
        ids = invitation_ids
        is_list = isinstance(ids, (list, tuple)) and len(ids) <= MAX_ITEMS
        if not is_list or any(type(one) is not int or not 0 < one < 2**31 for one in ids):
            raise UserError(self.env._("Send a list of at most %(limit)s ids.", limit=MAX_ITEMS))
        if not self.env.user.has_group("crm_experience.group_crm_experience_lead"):
            raise AccessError(self.env._("Only team leads and administrators see the link."))
        found = {
            invitation.id: {
                "state": invitation.state,
                "url": invitation._get_own_url() if invitation._is_open_page() else "",
            }
            for invitation in self.search([("id", "in", list(ids))])
        }
        return [{"id": one, **found.get(one, {"state": "", "url": ""})} for one in ids]

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.model
    def _check_may_ask(self):
        """Our users ask customers whom they may read, within the limits of the rules."""
        if not self.env.user.has_group("crm_experience.group_crm_experience_user"):
            raise AccessError(self.env._("Only users of Customer Experience ask customers."))
        self.env["crm.feedback.rule"].check_access("read")

    def _is_open_page(self):
        """Tell whether the link of the invitation opens its page at this moment."""
        self.ensure_one()
        return self.state in ("sent", "answered") and self.sudo()._is_in_time()

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _find_rules(self, items):
        """Return the active rules of the company by id, as far as the caller may read them."""
        ids = list({item["rule_id"] for item in items})
        rules = self.env["crm.feedback.rule"].search(
            Domain("id", "in", ids) & Domain("company_id", "=", self.env.company.id)
        )
        return {"rule_id": {rule.id: rule for rule in rules}}

    @api.model
    def _prepare_invite_values(self, item, references):
        intake = self.env["crm.feedback"]
        rule = references["rule_id"].get(item["rule_id"])
        if not rule:
            raise IntakeError("no_record", key="rule_id", value=item["rule_id"])
        return self._prepare_occasion_values(
            rule,
            intake._get_item_partner(item, references),
            f"{item['source']}:{item['external_id']}",
            date_planned=item.get("date") or fields.Datetime.to_string(fields.Datetime.now()),
            channel_id=intake._get_term(item, references, "channel"),
            stage_id=intake._get_term(item, references, "stage"),
            team_id=intake._get_own_record(item, references, "team_id"),
            user_id=intake._get_own_record(item, references, "user_id"),
        )

    @api.model
    def _prepare_occasion_values(self, rule, partner_id, occasion, **values):
        """Return the column values of an invitation on an occasion that is no contact."""
        return {
            "rule_id": rule.id,
            "survey_id": rule.survey_id.id,
            "company_id": rule.company_id.id,
            "partner_id": partner_id,
            "occasion": occasion,
            "way": rule.way,
            "state": "queued",
            "is_sent": False,
            "reminder_count": 0,
            **values,
        }

    @api.model
    def _insert_occasions(self, rows):
        """Insert invitations that are not there yet.

        :param dict rows: column values by (rule id, occasion), all with the same columns
        :return: ids of the new ones and ids of those that were there, by key
        """
        if not rows:
            return {}, {}
        self.env.flush_all()
        rows = dict(sorted(rows.items()))
        columns = list(next(iter(rows.values())))
        now = SQL("now() AT TIME ZONE 'UTC'")
        tail = SQL("%s, %s, %s, %s", self.env.uid, self.env.uid, now, now)
        lines = [
            SQL(
                "(%s, %s)",
                SQL(", ").join(self._cast(name, values[name]) for name in columns),
                tail,
            )
            for values in rows.values()
        ]
        statement = SQL(
            """INSERT INTO crm_feedback_invitation
                      (%s, create_uid, write_uid, create_date, write_date)
               VALUES %s ON CONFLICT DO NOTHING RETURNING rule_id, occasion, id""",
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(lines),
        )
        created = {
            (rule_id, occasion): row_id
            for rule_id, occasion, row_id in self.env.execute_query(statement)
        }
        missing = rows.keys() - created.keys()
        existing = {}
        if missing:
            # an id for what the caller has just sent; nothing of the row is shown
            known = self.sudo().search_fetch(
                [
                    ("rule_id", "in", list({rule_id for rule_id, _occasion in missing})),
                    ("occasion", "in", list({occasion for _rule, occasion in missing})),
                ],
                ["rule_id", "occasion"],
            )
            existing = {(row.rule_id.id, row.occasion): row.id for row in known}
        return created, existing

    @api.model
    def _cast(self, name, value):
        kind = self._fields[name].column_type[1]
        return SQL(
            "%s::%s",
            None if value is None or (value is False and kind != "bool") else value,
            SQL(kind),
        )

    # ------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------

    @api.model
    def _ask_now(self, rule, partners, occasion, **values):
        """Ask customers because a user wants to, as far as limits and opt-out allow.

        :param partners: whom the user may read
        :param str occasion: what makes a second press of the same button do nothing
        :return: the invitations; what is held back is asked later by itself
        """
        now = fields.Datetime.now()
        rows = {}
        for partner in partners:
            user = partner.sudo().user_id
            key = f"hand:{occasion}:{partner.id}"
            rows[rule.id, key] = self._prepare_occasion_values(
                rule,
                partner.id,
                key,
                date_planned=now,
                user_id=user.id or self.env.uid,
                team_id=(user or self.env.user).sale_team_id.id or None,
                **values,
            )
        created, _existing = self._insert_occasions(rows)
        # The rule says who may be asked what; whom the user may read was checked by the caller.
        invitations = self.sudo().with_company(rule.company_id).browse(created.values())
        invitations._process()
        return invitations

    def _word_outcome(self):
        """Say in a sentence what became of an invitation."""
        self.ensure_one()
        name = self.partner_id.display_name
        reason = dict(self._fields["reason"]._description_selection(self.env)).get(self.reason, "")
        if self.state == "sent":
            return self.env._("%(customer)s has been asked.", customer=name)
        if self.state == "held":
            return self.env._(
                "%(customer)s is asked later, on %(date)s. The reason: %(reason)s.",
                customer=name,
                date=fields.Datetime.context_timestamp(self, self.date_hold).strftime(
                    "%Y-%m-%d %H:%M"
                ),
                reason=reason,
            )
        return self.env._(
            "%(customer)s is not asked. The reason: %(reason)s.", customer=name, reason=reason
        )
