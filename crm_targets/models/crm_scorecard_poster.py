import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import format_time

from .crm_scorecard_compare import PERIOD_KINDS

_LEAD = "crm_targets.group_crm_targets_lead"
_TOKEN = re.compile(r"[\w-]{8,200}", re.ASCII)
# What a screen in a shop shows of an indicator: no descriptions, no errors, nobody's words.
_SHOWN = (
    *("line_id", "code", "name", "unit", "decimals", "direction", "weight", "currency_id"),
    *("has_value", "value", "has_target", "target", "has_score", "score", "band"),
    *("has_trend", "trend", "has_compare", "compare_value", "has_compare_score", "compare_score"),
)


class CrmScorecardPoster(models.Model):
    """The steering wheel on a screen in the shop: who has the link sees it without signing in."""

    _inherit = "crm.scorecard"

    poster_token = fields.Char(groups=_LEAD, copy=False, readonly=True)
    poster_url = fields.Char(
        string="Poster Link",
        compute="_compute_poster_url",
        groups=_LEAD,
        help="Whoever has this link sees the wheel without signing in, until it is revoked.",
    )
    poster_period = fields.Selection(
        [("current", "The current period"), ("last", "The last full period")],
        string="Poster Shows",
        required=True,
        default="current",
    )

    _poster_token_unique = models.UniqueIndex("(poster_token) WHERE poster_token IS NOT NULL")

    @api.depends("poster_token")
    def _compute_poster_url(self):
        for scorecard in self:
            token = scorecard.poster_token
            scorecard.poster_url = token and f"{scorecard.get_base_url()}/targets/poster/{token}"

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_renew_poster(self):
        """Give the poster a new link; a former one is no longer valid."""
        self._check_poster_access()
        for scorecard in self:
            # Checked above: who leads the unit decides about its poster, but changes nothing else.
            scorecard.sudo().poster_token = secrets.token_urlsafe(32)
        return True

    def action_revoke_poster(self):
        """Make the link of the poster invalid."""
        self._check_poster_access()
        self.sudo().poster_token = False  # as above
        return True

    def action_open_poster(self):
        """Open the poster in a tab of its own; without a link yet it gets one."""
        self.ensure_one()
        self._check_poster_access()
        if not self.poster_token:
            self.action_renew_poster()
        # At the address where the user is, which need not be the one for others.
        path = f"/targets/poster/{self.poster_token}"
        return {"type": "ir.actions.act_url", "url": path, "target": "new"}

    def _check_poster_access(self):
        self.check_access("read")
        if not self.env.user.has_group(_LEAD):
            raise AccessError(self.env._("Only team leads and administrators publish posters."))

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _find_poster(self, token):
        """The scorecard that this link opens, with all rights; empty when there is none."""
        # No token has other characters, and some of them no database could look up.
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            return self.browse()
        # The link stands in for the right to read: it opens this one scorecard and nothing else.
        scorecard = self.sudo().search([("poster_token", "=", token)], limit=1)
        company = scorecard.company_id
        return (
            scorecard.with_context(allowed_company_ids=company.ids)
            if company.active
            else self.browse()
        )

    def _get_poster_lang(self, code):
        """The language that was asked for, if it is installed, else that of the company."""
        return self.env["ir.http"]._choose_page_lang(code, self.company_id.partner_id.lang)

    def _get_poster_data(self, compare=None):
        """What the poster shows.

        :param str compare: `"previous"`, `"year"` or `"baseline"`; anything else is nothing.
        """
        self.ensure_one()
        day = self._get_today()
        if self.poster_period == "last":
            day = self._get_period(day, -1).date_to
        wheel = self._get_wheel_data(day, compare if compare in PERIOD_KINDS else None)
        for perspective in wheel["perspectives"]:
            perspective["indicators"] = [
                {key: indicator[key] for key in _SHOWN if key in indicator}
                for indicator in perspective["indicators"]
            ]
        zone = self.env["crm.indicator"]._get_zones(self.company_id)[self.company_id.id]
        time = format_time(self.env, fields.Datetime.now(), tz=zone, time_format="short")
        return {"wheel": wheel, "time": time}
