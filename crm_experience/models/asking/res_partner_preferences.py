from odoo import api, fields, models
from odoo.addons.crm_experience.tools.quiet_hours import is_hour, next_moment
from odoo.exceptions import ValidationError
from odoo.fields import Domain

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

        :param str kind: ``mail``, ``sms``, ``phone``, ``post``, or ``survey`` for being asked at
            all, which comes on top of the way in which they are asked
        """
        return {
            "mail": Domain("is_blacklisted", "=", False),
            "sms": Domain("phone_sanitized_blacklisted", "=", False),
            "phone": Domain("is_phone_refused", "=", False),
            "post": Domain("is_post_refused", "=", False),
            "survey": Domain("experience_opt_out", "=", False),
        }[kind]

    def _get_next_contact_moment(self, moment):
        """Return the first moment, from the given one on, outside the quiet hours.

        :param datetime moment: naive, UTC
        """
        self.ensure_one()
        return next_moment(moment, self.quiet_from, self.quiet_to, self.tz)
