import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq

# Nobody confirms later than this by mail; it is a long time for a link.
LINK_DAYS = 90
_TOKEN_BYTES = 32


class CrmCaseCustomer(models.Model):
    """What the customer can do with a case: by the link in a mail, or on the portal.

    Both end in the same two methods. The link holds a token that is worth nothing once the
    case has been confirmed, opened again, or solved another time.
    """

    _inherit = "crm.case"

    confirm_token = fields.Char(copy=False, readonly=True, groups="base.group_system")
    confirm_expiry = fields.Datetime(copy=False, readonly=True, groups="base.group_system")
    confirm_url = fields.Char(
        string="Link for the Customer",
        compute="_compute_confirm_url",
        compute_sudo=True,
        groups="crm_experience.group_crm_experience_lead",
        help="Where the customer says whether it is settled. Whoever has it can say so.",
    )

    _confirm_token_index = models.Index("(confirm_token) WHERE confirm_token IS NOT NULL")

    @api.depends("confirm_token")
    @api.depends_context("uid")
    def _compute_confirm_url(self):
        # templates read it with all rights, for whoever writes with them
        is_shown = self.env.user.has_group("crm_experience.group_crm_experience_lead")
        for case in self:
            kept, right = case._get_confirm_paths()
            case.confirm_url = right and case.get_base_url() + (right if is_shown else kept)

    # ------------------------------------------------------------
    # The link
    # ------------------------------------------------------------

    def _get_confirm_paths(self):
        """Return where the link leads as colleagues read it, and as the customer gets it.

        Colleagues read every mail in the conversation: there it leads to the customer's own
        page, and only in the mail that leaves for the customer does it open the case.
        """
        self.ensure_one()
        token = self.sudo().confirm_token
        return f"/my/cases/{self.id}#settled", token and f"/experience/case/{token}"

    def message_post(self, *, body="", **kwargs):
        """Keep the customer's link from colleagues, also where a customer's reply quotes it."""
        kept, right = self._get_confirm_paths()
        if right and body:
            body = body.replace(right, kept)
        return super().message_post(body=body, **kwargs)

    def _renew_confirm_token(self):
        """Make a new link; the one before is worth nothing from now on."""
        expiry = fields.Datetime.now() + timedelta(days=LINK_DAYS)
        # Nobody but the mail to the customer shows it.
        for case in self.sudo():
            case.write(
                {
                    "confirm_token": secrets.token_urlsafe(_TOKEN_BYTES),
                    "confirm_expiry": expiry,
                }
            )

    @api.model
    def _find_by_confirm_token(self, token):
        """Return the solved case that a link opens, with all rights; else none.

        Guessed, expired and revoked: the answer is the same.
        """
        if not isinstance(token, str) or not 20 <= len(token) <= 100 or not token.isascii():
            return self.sudo().browse()
        # The token is the right of whoever has it.
        case = self.sudo().search(
            [
                ("confirm_token", "=", token),
                ("confirm_expiry", ">", fields.Datetime.now()),
                ("state", "=", "solved"),
            ],
            limit=1,
        )
        return case if case and consteq(case.confirm_token, token) else case.browse()

    def _after_move(self, before):
        super()._after_move(before)
        # A link is for one solution only; nobody reads or writes it with rights of their own.
        self.filtered(lambda case: before[case] == "solved").sudo().write(
            {"confirm_token": False, "confirm_expiry": False}
        )

    # ------------------------------------------------------------
    # The customer's word
    # ------------------------------------------------------------

    def _portal_confirm(self):
        """The customer says that it is settled. The caller has checked that it is theirs."""
        self.ensure_one()
        self._check_state("solved")
        if self._is_opened_by_staff():
            raise UserError(
                self.env._(
                    "Only the customer says so here. Did they tell you? Then press “Customer "
                    "Confirmed” on the case."
                )
            )
        # The customer may not write cases; this is the one thing they decide.
        self.sudo().write({"state": "confirmed", "confirmed_by": "customer"})

    def _is_opened_by_staff(self):
        """Tell whether somebody who works here has opened the customer's page, or link.

        The link is in the conversation, too: what the customer is said to have said counts.
        """
        user = self.env.user
        return user._is_internal() and user.partner_id != self.partner_id

    def _can_reopen(self):
        """Tell whether the customer can still open the case again."""
        self.ensure_one()
        if self.state not in ("solved", "confirmed"):
            return False
        company = self.company_id.sudo()
        since = self.date_solved or self.date_confirmed
        return fields.Datetime.now() <= since + timedelta(days=company.case_reopen_days)

    def _portal_reopen(self, text):
        """The customer says that it is not settled. The caller has checked that it is theirs.

        :param str text: what is missing, in their words; it may be empty
        :raises UserError: if it is too late
        """
        self.ensure_one()
        if not self._can_reopen():
            raise UserError(
                self.env._("This case cannot be opened again. Please tell us as a new one.")
            )
        # as for confirming
        case = self.sudo()
        case.state = "in_progress"
        if text:
            case.message_post(
                body=text,
                author_id=case.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        case._send_template("reopened")
        case._tell_reopened()
