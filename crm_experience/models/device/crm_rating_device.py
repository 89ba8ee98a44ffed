import base64
import hashlib
import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.qr_code import draw_qr_code
from odoo.exceptions import AccessError, UserError

_LEAD = "crm_experience.group_crm_experience_lead"
_SECRET = re.compile(r"[\w-]{43}", re.ASCII)
PAIRING_TIME = timedelta(minutes=30)
# A device says every minute that it is there.
SILENT_AFTER = timedelta(minutes=10)


class CrmRatingDevice(models.Model):
    """A tablet on a counter: one tap says how it was.

    It is paired once: a manager makes a link that is good for half an hour and one device. The
    device gets a secret of its own, of which only a digest is kept here. No session is needed,
    and whoever is signed in as staff is refused: nobody rates their own work.
    """

    _name = "crm.rating.device"
    _description = "Rating Device"
    _inherit = ["crm.place.mixin", "mail.thread"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, help="Where it stands, for those at work.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        "crm.team",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        default=lambda self: self.env.user.sale_team_id,
        help="The store whose counter it stands on.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Employee",
        ondelete="set null",
        check_company=True,
        tracking=True,
        domain="[('share', '=', False)]",
        help="Whose work is rated. Empty: the counter as a whole.",
    )
    channel_id = fields.Many2one(
        "crm.touchpoint.channel",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env["crm.touchpoint"]._get_shipped("touchpoint_channel", "store"),
    )
    stage_id = fields.Many2one("crm.journey.stage", string="Journey Stage", ondelete="restrict")
    question = fields.Char(
        translate=True,
        help="Empty: “How was your visit today?” in the language of the customer.",
    )
    style = fields.Selection(
        [("faces", "Faces"), ("stars", "Stars")],
        required=True,
        default="faces",
        help="Five of them; four and five are satisfied customers.",
    )
    dimension_ids = fields.Many2many(
        "crm.experience.dimension",
        string="Ask for the Reason",
        help="What may be touched after a low rating, to say what it was. Empty: not asked.",
    )
    pairing_token = fields.Char(groups=_LEAD, copy=False, readonly=True)
    pairing_expiry = fields.Datetime(groups=_LEAD, copy=False, readonly=True)
    pairing_url = fields.Char(
        string="Pairing Link",
        compute="_compute_pairing_url",
        groups=_LEAD,
        help="Open it on the tablet, signed out. It works once, for half an hour.",
    )
    pairing_qr = fields.Binary(string="QR Code", compute="_compute_pairing_qr", groups=_LEAD)
    # the secret itself is known to the tablet alone
    secret_digest = fields.Char(groups="base.group_system", copy=False, readonly=True)
    date_paired = fields.Datetime(string="Paired On", copy=False, readonly=True)
    date_seen = fields.Datetime(string="Last Seen", copy=False, readonly=True)
    state = fields.Selection(
        [
            ("new", "Not paired"),
            ("pairing", "Waiting for the tablet"),
            ("live", "In use"),
            ("silent", "Silent"),
            ("revoked", "Revoked"),
        ],
        compute="_compute_state",
        help="Silent: paired, but not heard of for ten minutes.",
    )
    answer_count = fields.Integer(string="Answers", compute="_compute_answer_count")
    waiting_count = fields.Integer(
        string="Held Back",
        compute="_compute_waiting_count",
        help="Answers that nobody sees until there are enough of them to stay anonymous.",
    )

    _pairing_token_unique = models.UniqueIndex("(pairing_token) WHERE pairing_token IS NOT NULL")
    _secret_digest_unique = models.UniqueIndex("(secret_digest) WHERE secret_digest IS NOT NULL")

    @api.depends("pairing_token", "pairing_expiry")
    def _compute_pairing_url(self):
        now = fields.Datetime.now()
        for device in self:
            is_good = device.pairing_token and device.pairing_expiry > now
            path = f"/experience/device/pair/{device.pairing_token}"
            device.pairing_url = is_good and device.get_base_url() + path

    @api.depends("pairing_url")
    def _compute_pairing_qr(self):
        for device in self:
            url = device.pairing_url
            device.pairing_qr = url and base64.b64encode(draw_qr_code(url))

    @api.depends("pairing_token", "secret_digest", "date_paired", "date_seen")
    def _compute_state(self):
        now = fields.Datetime.now()
        # Only how far the pairing is gets out, not the link.
        for device, known in zip(self, self.sudo(), strict=True):
            if known.secret_digest:
                is_silent = not device.date_seen or device.date_seen < now - SILENT_AFTER
                device.state = "silent" if is_silent else "live"
            elif known.pairing_token and known.pairing_expiry > now:
                device.state = "pairing"
            else:
                device.state = "revoked" if device.date_paired else "new"

    def _compute_answer_count(self):
        counts = dict(
            self.env["crm.feedback"]._read_group(
                [("device_id", "in", self.ids)], ["device_id"], ["__count"]
            )
        )
        for device in self:
            device.answer_count = counts.get(device, 0)

    def _compute_waiting_count(self):
        # A number below the minimum tells nobody's answer.
        counts = dict(
            self.env["crm.rating.tap"]
            .sudo()
            ._read_group(
                [("device_id", "in", self.ids), ("score", "!=", 0)], ["device_id"], ["__count"]
            )
        )
        for device in self:
            device.waiting_count = counts.get(device, 0)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        if vals.get("company_id") and self.filtered(
            lambda device: device.date_paired and device.company_id.id != vals["company_id"]
        ):
            raise UserError(
                self.env._("A device that was in use stays in its company. Make a new one.")
            )
        if vals.get("active") is False:
            self._revoke()
        return super().write(vals)

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_pair(self):
        """Make a link for one tablet; a former link or tablet is no longer valid."""
        self._check_pairing_access()
        for device in self.sudo():  # checked above; the token is for leads only
            device.write(
                {
                    "pairing_token": secrets.token_urlsafe(32),
                    "pairing_expiry": fields.Datetime.now() + PAIRING_TIME,
                    "secret_digest": False,
                }
            )
        return True

    def action_revoke(self):
        """Refuse the tablet from now on; what it sent stays."""
        self._check_pairing_access()
        self._revoke()
        return True

    def action_view_answers(self):
        """Open the answers that were given at the device."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_experience.crm_feedback_action")
        return action | {"domain": [("device_id", "=", self.id)], "context": {"create": False}}

    def _check_pairing_access(self):
        self.check_access("write")
        if not self.env.user.has_group(_LEAD):
            raise AccessError(
                self.env._("Only team leads and administrators pair and revoke devices.")
            )

    def _revoke(self):
        # callers have checked that the user may; the secrets are behind a group
        self.sudo().write({"pairing_token": False, "secret_digest": False})

    # ------------------------------------------------------------
    # Pairing
    # ------------------------------------------------------------

    @api.model
    def _find_pairing(self, token):
        """Return the device that this link pairs, with all rights; empty when there is none."""
        if not isinstance(token, str) or not _SECRET.fullmatch(token):
            return self.browse()
        # The link stands in for the right: it opens this one device and nothing else.
        device = self.sudo().search([("pairing_token", "=", token)], limit=1)
        is_good = device.pairing_token and device.pairing_expiry > fields.Datetime.now()
        return device._as_own() if is_good and device.company_id.active else self.browse()

    def _pair(self):
        """Use up the link and return the secret of the tablet."""
        self.ensure_one()
        secret = secrets.token_urlsafe(32)
        now = fields.Datetime.now()
        self.write(
            {
                "pairing_token": False,
                "secret_digest": self._digest(secret),
                "date_paired": now,
                "date_seen": now,
            }
        )
        return secret

    @api.model
    def _find_paired(self, secret):
        """Return the device with this secret, with all rights; empty when there is none."""
        if not isinstance(secret, str) or not _SECRET.fullmatch(secret):
            return self.browse()
        # The secret stands in for the right: it opens this one device and nothing else.
        device = self.sudo().search([("secret_digest", "=", self._digest(secret))], limit=1)
        return device._as_own() if device.company_id.active else self.browse()

    @api.model
    def _digest(self, secret):
        # 256 random bits need no salt and no slow hash.
        return hashlib.sha256(secret.encode()).hexdigest()

    def _as_own(self):
        own = self.with_context(allowed_company_ids=self.company_id.ids)
        return own._in_lang(None) if own else own

    def _see(self):
        """Note that the device is there."""
        self.date_seen = fields.Datetime.now()

    def _in_lang(self, code):
        """Return the device in a language, if it is installed, else in that of the company."""
        lang = self.env["ir.http"]._choose_page_lang(code, self.company_id.partner_id.lang)
        return self.with_context(lang=lang)

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    def _get_page(self):
        """Return what the tablet shows, in the language of the environment."""
        self.ensure_one()
        return {
            "id": self.id,
            "question": self.question or self.env._("How was your visit today?"),
            "style": self.style,
            "reasons": [
                {"id": dimension.id, "name": dimension.name, "icon": dimension.icon or ""}
                for dimension in self.dimension_ids
            ],
            "languages": [
                {"code": code, "name": name.split(" / ")[-1]}
                for code, name in self.env["res.lang"].get_installed()
            ],
            "lang": self.env.lang,
            "now": fields.Datetime.now().isoformat() + "Z",
        }
