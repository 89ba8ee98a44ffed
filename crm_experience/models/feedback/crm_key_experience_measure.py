from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from odoo import fields, models
from odoo.addons.crm_experience.tools import drivers, figures
from odoo.fields import Domain
from odoo.tools import SQL


class Sample(NamedTuple):
    """What the customers of a segment lived through and what came of it.

    :ivar experiences: ``{dimension id: {customer id: (experience, gap)}}``
    :ivar targets: ``{customer id: target}``
    """

    experiences: dict
    targets: dict


class CrmKeyExperienceMeasure(models.Model):
    """How an analysis is run: gather in two queries, compute in `tools/drivers.py`, keep."""

    _inherit = "crm.key.experience"

    def _run(self):
        """Find out what matters and keep it; what stands in the way is kept as well.

        It is computed over all customers of the company, whoever asks, so that everybody reads
        the same; what is kept are effects over at least thirty of them.
        """
        self.ensure_one()
        analysis = self.sudo()
        first, last = analysis._get_window()
        sample = analysis._get_sample(first, last)
        values = {
            "analysis_id": self.id,
            "user_id": self.env.uid,
            "segment": self.name,
            "partner_domain": self.partner_domain,
            "target": self.target,
            "repeat_months": self.repeat_months,
            "answers_from": first,
            "answers_to": last,
        }
        chosen, customers = analysis._choose(sample)
        effects = analysis._prepare_effects(sample)
        try:
            found = analysis._analyse(sample, chosen, customers)
        except drivers.Unfit as unfit:
            values |= {"outcome": unfit.reason, "outcome_values": unfit.values}
            values["customer_count"] = len(customers)
        else:
            values |= analysis._prepare_found(sample, customers, found, effects)
        # nobody may write a run; this one follows from the answers that the user may analyse
        run = self.env["crm.key.experience.run"].sudo().create(values)
        self.env["crm.key.experience.effect"].sudo().create(
            [{**effect, "run_id": run.id} for effect in effects.values()]
        )
        self.invalidate_recordset(["run_ids", "last_run_id", "last_date", "last_message"])
        return run.sudo(False)

    def _get_window(self):
        """The first and the last moment of the answers that count."""
        last = fields.Datetime.now()
        if self.target == "repeat":
            last -= relativedelta(months=self.repeat_months)
        return last - relativedelta(months=self.history_months), last

    # ------------------------------------------------------------
    # Gathering
    # ------------------------------------------------------------

    def _get_sample(self, first, last):
        domain = self._get_answers_domain(first, last)
        answers = self.env["crm.feedback"]
        answers.flush_model()
        query = answers._search(
            domain & Domain("metric", "=", "gap") & Domain("dimension_id.active", "=", True)
        )
        table = SQL.identifier(query.table)
        query.groupby = SQL("1, 2")
        rows = self.env.execute_query(
            query.select(
                SQL("%s.partner_id", table),
                SQL("%s.dimension_id", table),
                SQL("avg(%s.experience)::float", table),
                SQL("avg(%s.score)::float", table),
                SQL("max(%s.date)", table),
            )
        )
        experiences, last_dates = {}, {}
        for partner_id, dimension_id, experience, gap, moment in rows:
            experiences.setdefault(dimension_id, {})[partner_id] = (experience, gap)
            last_dates[partner_id] = max(moment, last_dates.get(partner_id, moment))
        if self.target == "repeat":
            targets = self._get_repeats(last_dates)
        else:
            targets = self._get_recommendations(domain)
        return Sample(experiences, targets)

    def _get_recommendations(self, domain):
        """What the last answer of each customer counts for in NPS: 100, 0 or -100."""
        answers = self.env["crm.feedback"]
        query = answers._search(domain & Domain("metric", "=", "nps"))
        table = SQL.identifier(query.table)
        query.groupby = SQL("1")
        rows = self.env.execute_query(
            query.select(
                SQL("%s.partner_id", table),
                SQL("(array_agg(%(t)s.score ORDER BY %(t)s.date DESC, %(t)s.id DESC))[1]", t=table),
            )
        )
        return {partner_id: 100.0 * ((score >= 9) - (score <= 6)) for partner_id, score in rows}

    def _get_repeats(self, last_dates):
        """Whether each customer bought again in time: an order here, or a purchase outside."""
        if not last_dates:
            return {}
        self.env["sale.order"].flush_model()
        self.env["crm.touchpoint"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT answer.partner_id,
                       EXISTS (
                           SELECT FROM sale_order purchase
                             JOIN res_partner buyer ON buyer.id = purchase.partner_id
                            WHERE buyer.commercial_partner_id = customer.commercial_partner_id
                              AND purchase.state = 'sale' AND purchase.company_id = %(company)s
                              AND purchase.date_order > answer.moment
                              AND purchase.date_order <= answer.moment + %(time)s::interval
                       ) OR EXISTS (
                           SELECT FROM crm_touchpoint purchase
                             JOIN res_partner buyer ON buyer.id = purchase.partner_id
                            WHERE buyer.commercial_partner_id = customer.commercial_partner_id
                              AND purchase.source <> 'odoo' AND purchase.amount > 0
                              AND purchase.company_id = %(company)s
                              AND purchase.date > answer.moment
                              AND purchase.date <= answer.moment + %(time)s::interval
                       )
                  FROM unnest(%(partners)s::integer[], %(moments)s::timestamp[])
                       answer (partner_id, moment)
                  JOIN res_partner customer ON customer.id = answer.partner_id
                """,
                company=self.company_id.id,
                time=f"{self.repeat_months} months",
                partners=list(last_dates),
                moments=list(last_dates.values()),
            )
        )
        return {partner_id: float(is_repeat) for partner_id, is_repeat in rows}

    def _choose(self, sample):
        """The dimensions and the customers to learn from: who answered about all of them.

        As long as too few did, the dimension that fewest were asked about is left out.

        :return: ids of dimensions, ids of customers
        """
        answered = {
            dimension_id: answers.keys() & sample.targets.keys()
            for dimension_id, answers in sample.experiences.items()
            if len({experience for experience, _gap in answers.values()}) > 1
        }
        chosen = sorted(
            answered, key=lambda dimension_id: (-len(answered[dimension_id]), dimension_id)
        )
        customers = set()
        while chosen:
            customers = set.intersection(*(answered[one] for one in chosen))
            needed = max(self.minimum_customers, drivers.PER_DRIVER * len(chosen))
            if len(customers) >= needed or len(chosen) == 1:
                break
            chosen.pop()
        return chosen, sorted(customers)

    # ------------------------------------------------------------
    # Computing
    # ------------------------------------------------------------

    def _analyse(self, sample, chosen, customers):
        return drivers.analyse(
            chosen,
            [[sample.experiences[one][customer][0] for one in chosen] for customer in customers],
            [sample.targets[customer] for customer in customers],
            gaps=[self._get_upper_gap(sample.experiences[one]) for one in chosen],
            kind=self.target,
            minimum=self.minimum_customers,
            bounds=(self.low_experience, self.high_experience),
        )

    def _get_upper_gap(self, answers):
        """The upper end of the interval of experience less expectation."""
        figure = figures.mean(figures.tally(gap for _experience, gap in answers.values()))
        return figure and figure.high

    def _prepare_effects(self, sample):
        """How well we do in each dimension; what is not analysed stays as too few or alike.

        A dimension of fewer answers than a figure needs is named without one.
        """
        minimum = self.env["crm.feedback"]._get_minimum_answers()
        effects = {}
        for dimension_id, answers in sample.experiences.items():
            scores = [experience for experience, _gap in answers.values()]
            values = {"dimension_id": dimension_id, "state": "4_few"}
            if len(scores) >= minimum:
                performance = figures.mean(figures.tally(scores))
                high = figures.share(figures.tally(scores, high=self.high_experience))
                values |= {
                    "customer_count": len(scores),
                    "performance": performance.value,
                    "performance_low": max(0.0, performance.low),
                    "performance_high": min(10.0, performance.high),
                    "top_share": high.value,
                }
                values["state"] = "5_constant" if len(set(scores)) == 1 else "6_untold"
            effects[dimension_id] = values
        return effects

    def _prepare_found(self, sample, customers, found, effects):
        """The values of a run that found something; completes the effects."""
        ranked = sorted(
            (
                driver
                for driver in found.drivers
                if driver.effect.is_significant and driver.effect.value > 0
            ),
            key=lambda driver: -driver.importance,
        )
        measured = [effects[driver.name]["performance"] for driver in found.drivers]
        importances = [max(0.0, driver.importance) for driver in found.drivers]
        centre = sum(importances) / len(importances), sum(measured) / len(measured)
        quadrants = drivers.get_quadrants(
            [(driver.importance, effects[driver.name]["performance"]) for driver in ranked], centre
        )
        for effect in effects.values():
            # enough answers, but not of the customers who answered about the others
            if effect["state"] == "6_untold":
                effect["state"] = "4_few"
        for driver in found.drivers:
            effects[driver.name] |= self._prepare_driver(driver)
        for rank, (driver, quadrant) in enumerate(zip(ranked, quadrants, strict=True), 1):
            effects[driver.name] |= {"state": "1_ranked", "rank": rank, "quadrant": quadrant}
        targets = [sample.targets[customer] for customer in customers]
        scale = 100 if self.target == "repeat" else 1
        return {
            "outcome": "found",
            "customer_count": found.size,
            "target_mean": scale * sum(targets) / len(targets),
            "fit": found.fit,
            "fit_p_value": found.fit_p_value,
            "has_centre": bool(ranked),
            "centre_importance": centre[0],
            "centre_performance": centre[1],
        }

    def _prepare_driver(self, driver):
        values = {
            "state": "2_reverse" if driver.effect.is_significant else "3_not_significant",
            "importance": driver.importance,
            "effect": driver.effect.value,
            "effect_low": driver.effect.low,
            "effect_high": driver.effect.high,
            "p_value": driver.effect.p_value,
            "p_adjusted": driver.effect.p_adjusted,
            "kind": driver.kind,
        }
        for name, effect in (("penalty", driver.penalty), ("reward", driver.reward)):
            if effect:
                values |= {
                    f"has_{name}": True,
                    name: effect.value,
                    f"{name}_low": effect.low,
                    f"{name}_high": effect.high,
                    f"{name}_p": effect.p_adjusted,
                }
        return values
