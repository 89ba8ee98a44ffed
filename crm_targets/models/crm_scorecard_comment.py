import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import get_period
from odoo.exceptions import UserError, ValidationError

_MAX_LENGTH = 4000
# PostgreSQL keeps no text with these characters.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class CrmScorecardComment(models.Model):
    """What somebody says about an indicator of a scorecard in an ISO week.

    Who may read the scorecard may comment on it: the person it is for, the leads of the unit, the
    administrators. Nobody edits what somebody else has said.
    """

    _name = "crm.scorecard.comment"
    _description = "Comment on an Indicator"
    _order = "date_from desc, date desc, id desc"

    scorecard_id = fields.Many2one("crm.scorecard", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="scorecard_id.company_id", store=True, index=True)
    indicator_id = fields.Many2one("crm.indicator", required=True, index=True, ondelete="restrict")
    date_from = fields.Date(
        string="Week",
        required=True,
        default=fields.Date.context_today,
        help="Any day of the week may be entered; its Monday is kept.",
    )
    period_label = fields.Char(string="ISO Week", compute="_compute_period_label")
    author_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        index=True,
        ondelete="restrict",
    )
    date = fields.Datetime(
        string="Said At", required=True, readonly=True, default=fields.Datetime.now
    )
    text = fields.Text(string="Comment", required=True)
    active = fields.Boolean(default=True)

    _author_unique = models.Constraint(
        "UNIQUE (scorecard_id, indicator_id, date_from, author_id)",
        "You have commented on this indicator in this week already: change that comment instead.",
    )

    @api.depends("date_from")
    @api.depends_context("lang")
    def _compute_period_label(self):
        for comment in self:
            comment.period_label = (
                self.env["crm.figure.mixin"]._get_period_label("week", comment.date_from)
                if comment.date_from
                else ""
            )

    @api.depends("indicator_id.name", "author_id.name", "period_label")
    def _compute_display_name(self):
        for comment in self:
            parts = (comment.indicator_id.name, comment.period_label, comment.author_id.name)
            comment.display_name = " · ".join(part for part in parts if part)

    @api.constrains("scorecard_id", "indicator_id")
    def _check_indicator(self):
        for comment in self:
            if comment.indicator_id not in comment.scorecard_id.line_ids.indicator_id:
                raise ValidationError(
                    self.env._(
                        "“%(indicator)s” is not on the scorecard “%(scorecard)s”.",
                        indicator=comment.indicator_id.name,
                        scorecard=comment.scorecard_id.name,
                    )
                )

    @api.constrains("date_from", "scorecard_id")
    def _check_week(self):
        for comment in self:
            if comment.date_from > comment.scorecard_id._get_today():
                raise ValidationError(self.env._("The week of this comment has not begun yet."))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_week_values(vals) for vals in vals_list])

    def write(self, vals):
        values = self._prepare_week_values(vals) if "date_from" in vals else {**vals}
        values.pop("date", None)
        if "text" in values:
            values["date"] = fields.Datetime.now()
        result = super().write(values)
        if not vals.keys().isdisjoint(("scorecard_id", "author_id")):
            # Rules are checked before the change; it must not lead to where one may not write.
            self.check_access("write")
        return result

    @api.model
    def _prepare_week_values(self, vals):
        """Move the day to the Monday of its week."""
        day = fields.Date.to_date(vals.get("date_from")) or fields.Date.context_today(self)
        period = self.env["crm.figure.mixin"]._get_checked_period("week", day, self.env.company)
        values = {**vals, "date_from": period.date_from}
        if not self.env.su:
            values.pop("date", None)  # nobody says when something was said
        return values

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    def comment(self, line_id, text, date=None):
        """Say something about an indicator of a scorecard in the ISO week of a day.

        Saying something again about the same indicator in the same week replaces one's own words.

        :param int line_id: a line of a scorecard that the user may read.
        :param str text: what is to be said, 1 to 4000 characters.
        :param str date: a day of the week, ISO 8601; today by default.
        :return: `{"id": int, "text": str, "author": str, "date": str, "week": str, "own": bool}`,
            the date in UTC.
        :raises AccessError: when the user may not read the scorecard.
        """
        line = self.env["crm.scorecard"]._browse_checked(self.env["crm.scorecard.line"], line_id)
        scorecard = line.scorecard_id
        text = self._get_checked_text(text)
        day = scorecard._parse_date(date)
        monday = get_period("week", day).date_from
        key = {
            "scorecard_id": scorecard.id,
            "indicator_id": line.indicator_id.id,
            "date_from": monday,
            "author_id": self.env.uid,
        }
        own = self.with_context(active_test=False).search(
            [(name, "=", value) for name, value in key.items()]
        )
        if own:
            own.write({"text": text, "active": True})
        else:
            own = self.create({**key, "text": text})
        return own._get_data()

    @api.model
    def _get_checked_text(self, text):
        text = _UNSTORABLE.sub("", text).strip() if isinstance(text, str) else ""
        if not text:
            raise UserError(self.env._("A comment needs words."))
        if len(text) > _MAX_LENGTH:
            raise UserError(
                self.env._("A comment has at most %(count)s characters.", count=_MAX_LENGTH)
            )
        return text

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_data(self):
        self.ensure_one()
        return {
            "id": self.id,
            "text": self.text,
            # Names of colleagues are no secret; their user records may be.
            "author": self.author_id.sudo().name,
            "date": fields.Datetime.to_string(self.date),
            "week": self.period_label,
            "own": self.author_id == self.env.user,
        }

    @api.model
    def _get_comments(self, scorecard, day):
        """What was said about the indicators in the weeks of the period that `day` lies in.

        :return: `{indicator id: {"id", "text", "author", "date", "week", "own", "earlier"}}`: the
            latest comment and, below `earlier`, those before it in the same form.
        """
        period = scorecard._get_period(day)
        first = get_period("week", period.date_from).date_from
        comments = self.search(
            [
                ("scorecard_id", "=", scorecard.id),
                ("date_from", ">=", first),
                ("date_from", "<", period.date_to + timedelta(days=1)),
            ]
        )
        latest = {}
        for comment in comments:
            data = comment._get_data()
            if comment.indicator_id.id in latest:
                latest[comment.indicator_id.id]["earlier"].append(data)
            else:
                latest[comment.indicator_id.id] = {**data, "earlier": []}
        return latest
