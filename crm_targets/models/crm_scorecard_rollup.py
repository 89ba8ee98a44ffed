from odoo import api, models
from odoo.addons.crm_targets.tools.rollup import get_scores_below, get_shares


class CrmScorecardRollup(models.Model):
    """Scores of the scorecards below, rolled up from store to region to company."""

    _inherit = "crm.scorecard"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_below(self, scorecard_id, date=None):
        """What the scorecards that count into this one have come to, together and each of them.

        A score rolls up from store to region to company, by the weights of the scorecards; figures
        never do, they are measured again for every unit. What the user may not read is left out.

        :param int scorecard_id: a scorecard that the user may read.
        :param str date: a day of the period, ISO 8601; today by default.
        :return: `has_score`, `band` and, if there is one, the `score` of all of them together;
            `scorecards` is a list of `id`, `name`, `unit_name`, `weight` (a percentage),
            `has_score`, `band` and `score`.
        :raises AccessError: when the user may not read the scorecard.
        """
        scorecard = self._browse_checked(self, scorecard_id)
        return scorecard._get_below(scorecard._parse_date(date))

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_unit_keys_above(self):
        """Keys of the units above the one of the scorecard, the nearest first."""
        self.ensure_one()
        # Which units lie above is no secret; what may be read is decided where it is read.
        unit = self.sudo()
        team = unit.team_id.parent_id if unit.scope == "team" else unit.user_id.sale_team_id
        company = unit.company_id.parent_id if unit.scope == "company" else unit.company_id
        keys = []
        while team and unit.scope != "company":
            keys.append(("team", unit.company_id.id, team.id, 0))
            team = team.parent_id
        while company:
            keys.append(("company", company.id, 0, 0))
            company = company.parent_id
        return keys

    def _get_results(self, day):
        """What many scorecards have come to in the period that `day` lies in.

        The number of queries does not depend on the number of scorecards.

        :return: `{scorecard: {"period", "lines", "figures": {line: figure}, "targets": {line:
            target}, "scores": {indicator id: score}, "roll_up"}}`; see `_roll_up` for the last.
        """
        results = {}
        groups = self.grouped(lambda card: (card.granularity, card.company_id))
        for (granularity, _company), cards in groups.items():
            period = cards[0]._get_period(day)
            in_force = self._get_lines_in_force([(card, period.date_to) for card in cards])
            query = (
                self.env["crm.scorecard.line"].union(*in_force.values()).indicator_id,
                cards,
                granularity,
                [period.date_from],
            )
            figures = self.env["crm.indicator.value"]._get_unit_figures(*query)
            targets = self.env["crm.target"]._get_unit_targets(*query)
            for (card, _day), lines in in_force.items():
                unit = card._get_unit_key()
                places = {line: (unit, line.indicator_id.id, period.date_from) for line in lines}
                own = {line: figures.get(place) for line, place in places.items()}
                goals = {line: targets.get(place) for line, place in places.items()}
                scores = {
                    line.indicator_id.id: line._get_score(own[line], goals[line]) for line in lines
                }
                results[card] = {
                    "period": period,
                    "lines": lines,
                    "figures": own,
                    "targets": goals,
                    "scores": scores,
                    "roll_up": self._roll_up(lines, scores),
                }
        return results

    def _get_scores(self, day):
        """Own scores for the period that `day` lies in: `{scorecard id: score or None}`."""
        results = self._get_results(day)
        return {card.id: result["roll_up"]["score"] for card, result in results.items()}

    def _get_family(self):
        """The scorecard and all those below it that the user may read, in one query."""
        below = self.search_fetch([("parent_id", "!=", False)]).grouped("parent_id")
        family, latest = self, self
        while latest:
            latest = self.union(*(below.get(card, self.browse()) for card in latest)) - family
            family |= latest
        return family

    def _get_below(self, day):
        """See `get_below`, for the period that `day` lies in."""
        self.ensure_one()
        family = self._get_family()
        if family == self:
            return {**self._get_score_keys(None), "scorecards": []}
        own = family._get_scores(day)
        below = get_scores_below(
            own,
            {card.id: card.parent_id.id for card in family},
            {card.id: card.rollup_weight for card in family},
        )
        children = family.filtered(lambda card: card.parent_id == self)
        scores = {
            card.id: below[card.id] if own[card.id] is None else own[card.id] for card in children
        }
        shares = get_shares(children.mapped("rollup_weight"))
        return {
            **self._get_score_keys(below[self.id]),
            "scorecards": [
                {
                    "id": card.id,
                    "name": card.name,
                    "unit_name": card.unit_name,
                    "weight": round(share, 2),
                    **self._get_score_keys(scores[card.id]),
                }
                for card, share in zip(children, shares, strict=True)
            ],
        }
