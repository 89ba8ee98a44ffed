from odoo import api, fields, models
from odoo.addons.crm_experience.tools.quiet_hours import is_hour, next_moment
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

STAFF = "crm_experience.group_crm_experience_user"


class ResPartnerPreferences(models.Model):
    """How a customer wants to be contacted. Whoever contacts customers asks here first.

    Mail and text messages are refused by Odoo's own blacklists, which hold for every app.
    """

    _inherit = "res.partner"

    experience_opt_out = fields.Boolean(
        string="No Surveys",
        groups=STAFF,
        tracking=True,
        help="Is not asked how it was, whichever way.",
    )
    is_greeting_refused = fields.Boolean(
        string="No Greetings",
        groups=STAFF,
        tracking=True,
        help="Gets no mails for birthdays, holidays and other occasions.",
    )
    is_phone_refused = fields.Boolean(
        string="No Calls", groups=STAFF, tracking=True, help="Does not want to be called."
    )
    is_post_refused = fields.Boolean(
        string="No Letters",
        groups=STAFF,
        tracking=True,
        help="Does not want printed matter or parcels that were not ordered.",
    )
    quiet_from = fields.Float(
        groups=STAFF,
        help="From this time of day, in the contact's time zone, nothing is sent.",
    )
    quiet_to = fields.Float(
        string="Quiet Until",
        groups=STAFF,
        help="Until this time of day. The same as the beginning: no quiet hours.",
    )

    @api.constrains("quiet_from", "quiet_to")
    def _check_quiet_hours(self):
        if not all(is_hour(partner.quiet_from) and is_hour(partner.quiet_to) for partner in self):
            raise ValidationError(self.env._("A time of day is between 0:00 and 24:00."))

    @api.model
    def _get_contactable_domain(self, kind):
        """Return the domain of the contacts who have not refused to be contacted this way.

        For statements over many customers; run it with the rights of the job.

        :param str kind: ``mail``, ``sms``, ``phone``, ``post``; or ``survey`` for being asked
            at all, ``greeting`` for being greeted by mail, which come on top of the way
        """
        return {
            "mail": Domain("is_blacklisted", "=", False),
            "sms": Domain("phone_sanitized_blacklisted", "=", False),
            "phone": Domain("is_phone_refused", "=", False),
            "post": Domain("is_post_refused", "=", False),
            "survey": Domain("experience_opt_out", "=", False),
            "greeting": Domain("is_greeting_refused", "=", False)
            & Domain.custom(to_sql=self._get_greeted_sql),
        }[kind]

    @api.model
    def _get_alive_domain(self):
        """Return the domain of those who have not died: nobody else is written to or called.

        Nothing hurts more than a birthday card to somebody who has died. A company that is lost
        that way stands for its people.
        """
        # Whom we have lost that way is nobody's secret from whoever is about to contact them.
        losses = (
            self.env["crm.customer.loss"]
            .sudo()
            .search_fetch([("reason_id.code", "=", "death")], ["partner_id"])
        )
        dead = losses.partner_id.ids
        return Domain("id", "not in", dead) & Domain("commercial_partner_id", "not in", dead)

    @api.model
    def _get_greeted_sql(self, _model, alias, _query):
        """Whoever wants no greetings says so for their mailbox, whatever other contact has it."""
        return SQL(
            """(%(address)s IS NULL OR %(address)s NOT IN (
                SELECT email_normalized FROM res_partner
                 WHERE is_greeting_refused AND email_normalized IS NOT NULL))""",
            address=SQL.identifier(alias, "email_normalized"),
        )

    @api.model
    def _get_awake_domain(self, moment):
        """Return the domain of the contacts who have no quiet hours at a moment.

        For statements over many customers: few combinations of hours and time zone are in use,
        and each is looked at once. Run it with the rights of the job.

        :param datetime moment: naive, UTC
        """
        hours = self.with_context(active_test=False)._read_group(
            Domain("quiet_from", "!=", 0) | Domain("quiet_to", "!=", 0),
            ["quiet_from", "quiet_to", "tz"],
        )
        quiet = [
            Domain("quiet_from", "=", start) & Domain("quiet_to", "=", end) & Domain("tz", "=", tz)
            for start, end, tz in hours
            if next_moment(moment, start, end, tz) > moment
        ]
        return ~Domain.OR(quiet)

    def _get_next_contact_moment(self, moment):
        """Return the first moment, from the given one on, outside the quiet hours.

        :param datetime moment: naive, UTC
        """
        self.ensure_one()
        return next_moment(moment, self.quiet_from, self.quiet_to, self.tz)

    def _get_refusals(self):
        """Return what the contact does not want, in words, for whoever is about to contact them."""
        self.ensure_one()
        # Whoever may read a contact may know how they want to be contacted.
        contact = self.sudo()
        refusals = [
            (contact.is_phone_refused, self.env._("No calls")),
            (contact.is_blacklisted, self.env._("No mail")),
            (contact.phone_sanitized_blacklisted, self.env._("No text messages")),
            (contact.is_post_refused, self.env._("No letters")),
            (contact.is_greeting_refused, self.env._("No greetings")),
        ]
        return [label for is_refused, label in refusals if is_refused]
