from odoo import api, models
from odoo.tools import SQL

from .crm_case_state import CLOSED_WELL


class CrmCaseTouchpoint(models.Model):
    """Opening and solving a case are contacts with the customer, and news for open screens."""

    _inherit = "crm.case"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        partners = self.partner_id
        result = super().write(vals)
        # whatever changes is shown where the customer is shown
        (partners | self.partner_id)._send_customer_pulse("case")
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        partners._send_customer_pulse("case")
        return result

    def _after_opening(self):
        super()._after_opening()
        self._remember_contacts("opened")
        self.partner_id._send_customer_pulse("case")

    def _after_move(self, before):
        super()._after_move(before)
        solved = self.filtered(
            lambda case: case.state in CLOSED_WELL and before[case] not in CLOSED_WELL
        )
        solved._remember_contacts("solved")

    # ------------------------------------------------------------
    # Contacts
    # ------------------------------------------------------------

    def _remember_contacts(self, step):
        """Remember a step that the customer takes notice of, to be written at the commit.

        :param str step: ``opened`` or ``solved``
        """
        for rounds, cases in self.grouped("reopen_count").items():
            self.env["crm.touchpoint"]._remember(
                "crm.case", cases.ids, "case", step=step, rounds=rounds
            )

    @api.model
    def _get_touchpoint_statements(self, events):
        """Return the statement that writes the contacts that cases remembered."""
        touchpoints = self.env["crm.touchpoint"]
        columns = touchpoints._get_captured_columns(
            # opened again and solved again are contacts of their own
            external_id=SQL("concat_ws(':', 'crm.case', c.id, step.name, NULLIF(step.rounds, 0))"),
            event="case",
            # what was solved before it was written down was solved then
            date=SQL(
                "CASE step.name WHEN 'opened' THEN c.date_open"
                " ELSE LEAST(step.date, c.date_solved) END"
            ),
            company_id=SQL("c.company_id"),
            partner_id=SQL("c.partner_id"),
            lead_id=SQL("c.lead_id"),
            channel_id=SQL("COALESCE(c.channel_id, %s)", touchpoints._get_team_channel_sql("team")),
            stage_id=touchpoints._get_shipped("journey_stage", "after_sales"),
            direction=SQL("CASE step.name WHEN 'opened' THEN 'in' ELSE 'out' END"),
            purpose="service",
            team_id=SQL("c.team_id"),
            user_id=SQL("c.user_id"),
            res_model="crm.case",
            res_id=SQL("c.id"),
            position=SQL("CASE step.name WHEN 'opened' THEN 0 ELSE 1 + step.rounds END"),
        )
        query = SQL(
            """SELECT DISTINCT %s
                 FROM unnest(%s::int[], %s::text[], %s::int[], %s::timestamp[])
                      AS step (id, name, rounds, date)
                 JOIN crm_case c ON c.id = step.id
            LEFT JOIN crm_team team ON team.id = c.team_id""",
            columns,
            *([event[key] for event in events] for key in ("id", "step", "rounds", "date")),
        )
        return [touchpoints._get_insert_statement(query)]
