import hmac
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import get_period
from odoo.addons.crm_targets.tools.score import get_shown_score
from odoo.tools import hmac as sign

# Users that get their digest before the next commit, and scorecards that are told in detail.
_PORTION = 50
_DETAILED = 5


class ResUsers(models.Model):
    _inherit = "res.users"

    crm_targets_digest = fields.Boolean(
        string="Weekly Scorecards by Mail",
        help="Every week, after it has been kept, the scorecards that you may read come by mail.",
    )
    crm_targets_digest_week = fields.Date(
        readonly=True, copy=False, help="Monday of the last week whose scorecards came by mail."
    )

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802
        return [*super().SELF_READABLE_FIELDS, "crm_targets_digest"]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802
        return [*super().SELF_WRITEABLE_FIELDS, "crm_targets_digest"]

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------

    @api.model
    def _get_digest_portions(self):
        """Who wants the digest and has not got that of the last week yet, in portions."""
        group = self.env.ref("crm_targets.group_crm_targets_user")
        users = self.search(
            [
                ("crm_targets_digest", "=", True),
                ("all_group_ids", "in", group.ids),
                ("email", "!=", False),
            ],
            order="id",
        )
        due = users.filtered(
            lambda user: (
                (user.crm_targets_digest_week or fields.Date.to_date("1970-01-01"))
                < user._get_digest_week()
            )
        )
        for start in range(0, len(due), _PORTION):
            yield due[start : start + _PORTION]

    def _get_digest_week(self):
        """Monday of the week that ended last where the company of the user is."""
        zone = self.env["crm.indicator"]._get_zones().get(self.company_id.id)
        today = fields.Date.context_today(self.with_context(tz=zone))
        return get_period("week", today - timedelta(weeks=1)).date_from

    def _send_scorecard_digest(self):
        """Send the scorecards of the last week to each of the users, once.

        The mails are written in the transaction that remembers that they were, and go out with the
        queue of Odoo. Who may read no scorecard of that week gets none.
        """
        template = self.env.ref("crm_targets.mail_template_digest", raise_if_not_found=False)
        if not template:
            return  # whoever deleted it wants no digest
        for user in self:
            week = user._get_digest_week()
            if user._get_digest_reader()._get_digest_snapshots(week):
                template.send_mail_batch(user.ids)
                user.crm_targets_digest_week = week

    # ------------------------------------------------------------
    # Content
    # ------------------------------------------------------------

    def _get_digest_reader(self):
        """The user with their own rights and in their own language.

        A job speaks for everybody. Anybody else who renders the mail, to see how it looks, reads
        with their own rights.
        """
        reader = self.with_user(self) if self.env.su else self
        return reader.with_context(
            lang=self.lang, allowed_company_ids=reader.env.user.company_ids.ids
        )

    def _get_digest_snapshots(self, week):
        snapshots = self.env["crm.scorecard.snapshot"]
        if not snapshots.has_access("read"):
            return snapshots
        return snapshots.search([("date_from", "=", week), ("scorecard_id.active", "=", True)])

    def _get_scorecard_digest(self):
        """The scorecards of the last week as a table for a mail."""
        self.ensure_one()
        reader = self._get_digest_reader()
        return reader.env["ir.qweb"]._render(
            "crm_targets.scorecard_digest", reader._prepare_digest_values(self._get_digest_week())
        )

    def _prepare_digest_values(self, week):
        """What the mail shows: all scorecards in one line each, the first of them in detail."""
        snapshots = self._get_digest_snapshots(week)
        snapshots = snapshots.sorted(
            lambda kept: (kept.scorecard_id.sequence, kept.scorecard_id.id)
        )
        before = {
            kept.scorecard_id.id: kept
            for kept in self._get_digest_snapshots(week - timedelta(weeks=1))
        }
        figures = self.env["crm.figure.mixin"]
        wheel = "/odoo/action-crm_targets.crm_scorecard_wheel_action"
        return {
            "week_label": figures._get_period_label("week", week),
            "scorecards": [
                self._prepare_digest_scorecard(kept, before.get(kept.scorecard_id.id))
                for kept in snapshots
            ],
            "detailed": _DETAILED,
            "wheel_url": self.get_base_url() + wheel,
        }

    def _prepare_digest_scorecard(self, kept, before):
        perspectives = {}
        for line in kept.line_ids:
            perspectives.setdefault(line.perspective_name, []).append(
                {
                    "name": line.indicator_name,
                    "value": line._format_figure(line.value) if line.has_value else "",
                    "goal": line._format_figure(line.target, extra=2) if line.has_target else "",
                    "score": self._format_digest_score(line),
                    "band": line.band,
                }
            )
        change = kept.score - before.score if before and kept.has_score and before.has_score else 0
        return {
            "name": kept.scorecard_id.name,
            "unit_name": kept.unit_name,
            "score": self._format_digest_score(kept),
            "band": kept.band,
            "change": self.env["ir.qweb.field.float"].value_to_html(abs(change), {"precision": 1}),
            "trend": "up" if change >= 0.05 else "down" if change <= -0.05 else "flat",
            "has_change": bool(before and kept.has_score and before.has_score),
            "perspectives": perspectives,
            "restated": kept.restated_count,
        }

    def _format_digest_score(self, record):
        if not record.has_score:
            return ""
        score = get_shown_score(record.score)
        return self.env["ir.qweb.field.float"].value_to_html(score, {"precision": 1})

    # ------------------------------------------------------------
    # Unsubscribing
    # ------------------------------------------------------------

    def _get_digest_token(self):
        """What proves that a link to unsubscribe came with a mail to this user."""
        return sign(self.env(su=True), "crm_targets-digest", self.id)

    def _get_digest_unsubscribe_url(self):
        self.ensure_one()
        token = self._get_digest_token()
        return f"{self.get_base_url()}/crm_targets/digest/{self.id}/unsubscribe?token={token}"

    def _check_digest_token(self, token):
        # As bytes: text is compared only when all of it is ASCII, and anybody may ask anything.
        given = str(token or "").encode("utf-8", "replace")
        return hmac.compare_digest(self._get_digest_token().encode(), given)
