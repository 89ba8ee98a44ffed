import base64
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.qr_code import draw_qr_code
from odoo.exceptions import AccessError


class CrmFeedbackLink(models.Model):
    """A link and QR code for everybody: printed on a receipt, or at the door of a store.

    Whoever opens it answers about the team and channel of the link. Nobody is invited by it, so
    no limit applies, and its answers are no response to an invitation.
    """

    _name = "crm.feedback.link"
    _inherit = ["crm.place.mixin"]
    _places = ("rule_id",)
    _description = "Link for Feedback"
    _order = "rule_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, help="Where it is, such as “Door of the harbour store”.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, help="An archived link opens nothing.")
    rule_id = fields.Many2one("crm.feedback.rule", required=True, ondelete="cascade", index=True)
    survey_id = fields.Many2one(related="rule_id.survey_id")
    company_id = fields.Many2one(related="rule_id.company_id", store=True)
    team_id = fields.Many2one(
        "crm.team", ondelete="set null", check_company=True, help="Which store."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        ondelete="set null",
        check_company=True,
        domain="[('share', '=', False)]",
        help="Whose work the answers are about.",
    )
    channel_id = fields.Many2one("crm.touchpoint.channel", ondelete="restrict")
    stage_id = fields.Many2one("crm.journey.stage", string="Journey Stage", ondelete="restrict")
    identity = fields.Selection(
        [
            ("none", "Anonymous"),
            ("optional", "May say who they are"),
            ("required", "Must say who they are"),
        ],
        string="Who Answers",
        required=True,
        default="optional",
    )
    access_token = fields.Char(
        copy=False,
        readonly=True,
        groups="crm_experience.group_crm_experience_lead",
        default=lambda self: secrets.token_urlsafe(24),
    )
    url = fields.Char(
        string="Link", compute="_compute_url", groups="crm_experience.group_crm_experience_lead"
    )
    qr_code = fields.Binary(
        compute="_compute_qr_code", groups="crm_experience.group_crm_experience_lead"
    )
    answer_count = fields.Integer(string="Answers", compute="_compute_answer_count")

    @api.depends("access_token")
    def _compute_url(self):
        for link in self:
            token = link.access_token
            path = f"/feedback/l/{link.id}/{token}"
            link.url = token and link._origin and f"{link.get_base_url()}{path}"

    @api.depends("url")
    def _compute_qr_code(self):
        for link in self:
            link.qr_code = link.url and base64.b64encode(draw_qr_code(link.url))

    def _compute_answer_count(self):
        groups = self.env["crm.feedback.invitation"]._read_group(
            [("link_id", "in", self.ids)], ["link_id"], ["__count"]
        )
        counts = {link.id: count for link, count in groups}
        for link in self:
            link.answer_count = counts.get(link.id, 0)

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_renew(self):
        """Give the link a new address; the former one, and every print of it, opens nothing."""
        self.check_access("write")
        for link in self:
            link.sudo().access_token = secrets.token_urlsafe(24)  # checked above
        return True

    def action_open(self):
        """Open the page in a tab of its own."""
        self.ensure_one()
        if not self.env.user.has_group("crm_experience.group_crm_experience_lead"):
            raise AccessError(self.env._("Only team leads and administrators see the link."))
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def action_view_answers(self):
        """Open the answers that came through the link."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_experience.crm_feedback_action")
        action["domain"] = [("invitation_id.link_id", "=", self.id)]
        return action

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    @api.model
    def _find_page(self, key, token):
        """Return the link that an address opens, with all rights; else none."""
        link = self.env["crm.feedback.invitation"]._find_by_token(key, token, self._name)
        is_open = link.active and link.rule_id.active and link.survey_id.active
        if not is_open or not link.company_id.active:
            return self.sudo().browse()
        return link.with_company(link.company_id)

    def _in_lang(self, wanted=None):
        """Return the link in a language that is installed, else in that of the company."""
        code = self.env["ir.http"]._choose_page_lang(wanted, self.company_id.partner_id.lang)
        return self.with_context(lang=code)

    def _get_page_values(self):
        """Return what the page shows."""
        self.ensure_one()
        invitations = self.env["crm.feedback.invitation"]
        question = self.survey_id._get_tap_question()
        options = invitations._get_scale(question)
        return {
            "link": self,
            "company": self.company_id,
            "question": question,
            "style": self.rule_id.tap_style if 2 <= len(options) <= 7 else "number",
            "options": options,
            "path": f"/feedback/l/{self.id}/{self.access_token}",
        }

    def _answer(self, value, visitor="", partner=None):
        """Take what somebody tapped on the page of the link, as an invitation of their own.

        :param str value: of a choice
        :param str visitor: address or number that they wrote to be reached by. Anybody can write
            that of somebody else: it makes nobody the customer until one of us says so.
        :param partner: who is signed in on the customers' side, if anybody
        :return: the invitation; empty if the value is no choice
        """
        self.ensure_one()
        invitations = self.env["crm.feedback.invitation"]
        question = self.survey_id._get_tap_question()
        options = question._get_tap_options() if question else []
        if options and value not in {option["value"] for option in options}:
            return invitations
        if self.identity == "none":
            visitor, partner = "", None
        now = fields.Datetime.now()
        invitation = invitations.create(
            {
                "rule_id": self.rule_id.id,
                "survey_id": self.survey_id.id,
                "company_id": self.company_id.id,
                "link_id": self.id,
                "partner_id": partner.id if partner else False,
                "visitor": visitor or False,
                "way": "link",
                "state": "sent",
                "date_planned": now,
                "date_expiry": now + timedelta(days=self.company_id.feedback_expiry_days),
                "channel_id": self.channel_id.id,
                "stage_id": self.stage_id.id,
                "team_id": self.team_id.id,
                "user_id": self.user_id.id,
            }
        )
        invitation._ensure_token()
        if options:
            invitation._answer(value)
        return invitation
