from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import SQL


class CrmScorecardActivity(models.Model):
    """An indicator that turned red asks its owner what happened: once, not every week."""

    _inherit = "crm.scorecard"

    def _open_activities(self, snapshots):
        """An activity for every indicator that is red in the latest week of `snapshots` and was
        not before they were taken.

        Red is new when the last clear word on the indicator was green, or when there was none:
        what wavers between red and yellow is no news. An activity stays until it is done; that an
        indicator is green again closes none, for the question what happened is still open. While
        it is, nobody is asked a second time.

        :param snapshots: what was taken just now, missed weeks included.
        """
        lines = self._get_new_red(snapshots)
        lines = lines.filtered(lambda line: line.scorecard_id.company_id.crm_targets_red_activities)
        if not lines:
            return
        indicators = self._get_red_indicators(lines)
        kind = self.env.ref("crm_targets.mail_activity_type_red", raise_if_not_found=False)
        common = {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "activity_type_id": kind.id if kind else False,
            "date_deadline": kind._get_date_deadline() if kind else fields.Date.today(),
        }
        vals_list = [
            {
                **common,
                "res_id": line.scorecard_id.id,
                "user_id": user.id,
                **self.with_context(lang=user.lang)._prepare_activity_values(
                    line, indicators.get(line.indicator_code)
                ),
            }
            for line, user in self._get_owners(lines, indicators)
        ]
        vals_list = self._without_open_ones(vals_list)
        # Without a mail for each: they are in the list of activities, and in the digest.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(vals_list)

    @api.model
    def _without_open_ones(self, vals_list):
        """Those of the activities that do not ask somebody what they are asked already."""
        still_open = {
            (activity.res_id, activity.user_id.id, activity.summary)
            for activity in self.env["mail.activity"].search_fetch(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", [vals["res_id"] for vals in vals_list]),
                ],
                ["res_id", "user_id", "summary"],
            )
        }
        return [
            vals
            for vals in vals_list
            if (vals["res_id"], vals["user_id"], vals["summary"]) not in still_open
        ]

    def _get_red_indicators(self, lines):
        indicators = self.env["crm.indicator"].with_context(active_test=False)
        found = indicators.search([("code", "in", lines.mapped("indicator_code"))])
        return {indicator.code: indicator for indicator in found}

    def _prepare_activity_values(self, line, indicator):
        """Summary and note of the activity about a red indicator, in the language of the user."""
        line = line.with_env(self.env)
        name = indicator.with_env(self.env).name if indicator else line.indicator_name
        figures = self.env._(
            "%(week)s: %(value)s, where red begins at %(red_flag)s and green at %(goal)s.",
            week=line.snapshot_id.week_label,
            value=line._format_figure(line.value),
            red_flag=line._format_figure(line.red_flag, extra=2),
            goal=line._format_figure(line.target, extra=2),
        )
        question = self.env._(
            "What happened, and what follows from it? Say it in a comment on the indicator."
        )
        return {
            "summary": self.env._("%(indicator)s is red", indicator=name),
            "note": Markup("<p>%s</p><p>%s</p>") % (figures, question),
        }

    def _get_new_red(self, snapshots):
        """Lines of the latest snapshots of each scorecard that have turned red."""
        latest = {}
        for snapshot in snapshots.sorted("date_from"):
            latest[snapshot.scorecard_id.id] = snapshot.id
        if not latest:
            return self.env["crm.scorecard.snapshot.line"]
        for model in ("crm.scorecard.snapshot", "crm.scorecard.snapshot.line"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id
                  FROM crm_scorecard_snapshot_line line
                  JOIN crm_scorecard_snapshot kept ON kept.id = line.snapshot_id
                  LEFT JOIN LATERAL (
                       SELECT earlier.band
                         FROM crm_scorecard_snapshot before
                         JOIN crm_scorecard_snapshot_line earlier
                              ON earlier.snapshot_id = before.id
                        WHERE before.scorecard_id = kept.scorecard_id
                          AND before.date_from < kept.date_from
                          AND before.id NOT IN %(taken)s
                          AND earlier.indicator_code = line.indicator_code
                          AND earlier.band IN ('good', 'poor')
                        ORDER BY before.date_from DESC
                        LIMIT 1
                       ) last ON TRUE
                 WHERE kept.id IN %(latest)s AND line.band = 'poor'
                   AND last.band IS DISTINCT FROM 'poor'
                 ORDER BY line.id
                """,
                taken=tuple(snapshots.ids),
                latest=tuple(latest.values()),
            )
        )
        return self.env["crm.scorecard.snapshot.line"].browse(row[0] for row in rows)

    def _get_owners(self, lines, indicators):
        """Pairs of a line and who is asked about it.

        That is the owner of the indicator, else the person or the lead of the unit, else whom the
        settings name: the first who may read the scorecard. Where there is nobody, nobody is asked.
        """
        cards = lines.scorecard_id
        named = cards.company_id.crm_targets_responsible_id
        named = named.union(*(indicator.owner_id for indicator in indicators.values()))
        readable = {
            user: cards.with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            ._filtered_access("read")
            .ids
            for user in named.filtered("active")
        }
        groups = ("group_crm_targets_user", "group_crm_targets_lead")
        users, leads = (self.env.ref(f"crm_targets.{group}").all_user_ids for group in groups)

        def may_read(user, card):
            if user in named:
                return card.id in readable.get(user, ())
            # Persons and leads read what is theirs, by the rules: they are not asked one by one.
            allowed = user in leads or (user in users and user == card.user_id)
            return allowed and user.active and card.company_id in user.company_ids

        pairs = []
        for line in lines:
            card, indicator = line.scorecard_id, indicators.get(line.indicator_code)
            choices = [
                *(indicator.owner_id if indicator else ()),
                *card.user_id,
                *card._get_leads(),
                *card.company_id.crm_targets_responsible_id,
            ]
            user = next((user for user in choices if may_read(user, card)), None)
            if user:
                pairs.append((line, user))
        return pairs

    def _get_leads(self):
        """Leads of the unit, the nearest first."""
        self.ensure_one()
        team, leads = self.team_id or self.user_id.sale_team_id, []
        while team:
            leads += team.user_id
            team = team.parent_id
        return leads
