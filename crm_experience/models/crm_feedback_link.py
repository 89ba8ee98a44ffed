import base64
import secrets

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.qr_code import draw_qr_code
from odoo.exceptions import AccessError


class CrmFeedbackLink(models.Model):
    """A link and QR code for everybody: printed on a receipt, or at the door of a store.

    Whoever opens it answers about the team and channel of the link. Nobody is invited by it, so
    no limit applies, and its answers are no response to an invitation.
    """

    _name = "crm.feedback.link"
    _description = "Link for Feedback"
    _order = "rule_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, help="Where it is, such as “Door of the harbour store”.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, help="An archived link opens nothing.")
    rule_id = fields.Many2one(
        "crm.feedback.rule", string="Rule", required=True, ondelete="cascade", index=True
    )
    survey_id = fields.Many2one(related="rule_id.survey_id")
    company_id = fields.Many2one(related="rule_id.company_id", store=True)
    team_id = fields.Many2one(
        "crm.team", string="Team", ondelete="set null", check_company=True, help="Which store."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        ondelete="set null",
        check_company=True,
        domain="[('share', '=', False)]",
        help="Whose work the answers are about.",
    )
    channel_id = fields.Many2one("crm.touchpoint.channel", string="Channel", ondelete="restrict")
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
            path = f"/feedback/link/{link.id}/{token}"
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
