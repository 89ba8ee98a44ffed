from typing import NamedTuple

from odoo import api, models
from odoo.addons.crm_targets.tools.pace import (
    get_average_completion,
    get_completion,
    get_ranks,
)
from odoo.tools import SQL


class Team(NamedTuple):
    """A team whose members see each other's completion.

    :ivar members: `{user id: name}`.
    """

    name: str
    members: dict[int, str]


class CrmTargetLeaderboard(models.Model):
    """How the members of a team stand against their own targets.

    Companies switch it on; it is off by default, because whose results colleagues see is for the
    company and its people to decide. It tells completions only: no amounts, no targets.
    """

    _inherit = "crm.target"

    @api.model
    def _get_leaderboard_team(self, user):
        """The first team of a person in the current company; empty where it is switched off."""
        company = self.env.company
        if not company.crm_targets_leaderboard:
            return Team("", {})
        for model in ("crm.team", "crm.team.member", "res.partner", "res.users"):
            self.env[model].flush_model()
        # Members of a team know each other, whatever else of a team they may read.
        rows = self.env.execute_query(
            SQL(
                """
                WITH own AS (
                    SELECT team.id, %(team_name)s AS name
                      FROM crm_team team
                      JOIN crm_team_member member ON member.crm_team_id = team.id
                     WHERE member.user_id = %(user)s AND member.active AND team.active
                       AND COALESCE(team.company_id, %(company)s) = %(company)s
                  ORDER BY team.sequence, team.id
                     LIMIT 1
                )
                SELECT own.name, person.id, partner.name
                  FROM own
                  JOIN crm_team_member member ON member.crm_team_id = own.id AND member.active
                  JOIN res_users person ON person.id = member.user_id AND person.active
                  JOIN res_partner partner ON partner.id = person.partner_id
              ORDER BY partner.name, person.id
                """,
                team_name=self.env["crm.team"]._field_to_sql("team", "name"),
                user=user.id,
                company=company.id,
            )
        )
        if not rows:
            return Team("", {})
        return Team(rows[0][0], {user_id: name for _team, user_id, name in rows})

    @api.model
    def _get_leaderboards(self, user, team, targets, figures, periods):
        """The team of a person, best completion first, per period type.

        :param targets: those that count, of everybody in the team.
        :param figures: by `_get_figure_key`.
        :return: `{granularity: {"team": …, "has_rank": …, "rank": …, "rows": [{"user_id", "name",
            "completion", "rank", "is_self"}, …]}}`; no rows where it is switched off.
        """
        completions = {}
        for target in targets:
            # Of a limit the completion is what is used up: less of it is better.
            value = figures.get(target._get_figure_key())
            if value is not None and target.indicator_id.direction == "higher":
                completions.setdefault((target.granularity, target.user_id.id), []).append(
                    get_completion(value, target.value)
                )
        return {
            size: self._get_leaderboard(
                user,
                team,
                {
                    user_id: completion
                    for user_id in team.members
                    if (completion := get_average_completion(completions.get((size, user_id), ())))
                    is not None
                },
            )
            for size in periods
        }

    @api.model
    def _get_leaderboard(self, user, team, completions):
        """Those who have a completion, in order; others have no place."""
        ordered = sorted(completions, key=completions.get, reverse=True)
        ranks = get_ranks([completions[user_id] for user_id in ordered])
        rows = [
            {
                "user_id": user_id,
                "name": team.members[user_id],
                "completion": completions[user_id],
                "rank": rank,
                "is_self": user_id == user.id,
            }
            for user_id, rank in zip(ordered, ranks, strict=True)
        ]
        own = next(({"rank": row["rank"]} for row in rows if row["is_self"]), {})
        return {"team": team.name, "has_rank": bool(own), **own, "rows": rows}
