from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

#: Runs that are cancelled in one transaction.
PORTION = 500


class CrmPlaybookRun(models.Model):
    """What ends a run early."""

    _inherit = "crm.playbook.run"

    @api.model
    def _cancel_left(self):
        """Cancel the runs of lost opportunities and customers, and of stages that were left."""
        self.env.flush_all()
        found = defaultdict(list)
        # whoever is left in peace must not depend on who runs the job
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        dead = partners._search(~partners._get_alive_domain()).subselect()
        for run_id, reason in self.env.execute_query(
            SQL(
                """
                SELECT run.id, CASE
                       WHEN lead.won_status = 'lost' THEN 'lead_lost'
                       WHEN loss.id IS NOT NULL OR run.partner_id IN %(dead)s THEN 'lost'
                       ELSE 'left' END
                  FROM crm_playbook_run run
                  JOIN crm_playbook playbook ON playbook.id = run.playbook_id
                  JOIN res_partner partner ON partner.id = run.partner_id
                  LEFT JOIN crm_lead lead ON lead.id = run.lead_id
                  LEFT JOIN crm_customer_loss loss
                         ON loss.partner_id = partner.commercial_partner_id
                        AND loss.company_id = run.company_id AND loss.state = 'lost'
                        AND loss.date >= run.date_start::date
                  LEFT JOIN crm_customer_journey journey
                         ON journey.partner_id = partner.commercial_partner_id
                        AND journey.company_id = run.company_id
                 WHERE run.state = 'running' AND (
                       lead.won_status = 'lost' OR loss.id IS NOT NULL
                    OR run.partner_id IN %(dead)s
                    OR playbook.is_bound AND playbook.start_on = 'touchpoint'
                       AND lead.stage_id != playbook.trigger_lead_stage_id
                    OR playbook.is_bound AND playbook.start_on = 'journey'
                       AND journey.stage_id IS NOT NULL AND NOT EXISTS (
                           SELECT FROM crm_playbook_journey_stage_rel rel
                            WHERE rel.crm_playbook_id = playbook.id
                              AND rel.crm_journey_stage_id = journey.stage_id
                       )
                 )
                 ORDER BY run.id
                """,
                dead=dead,
            )
        ):
            found[reason].append(run_id)
        for reason, ids in found.items():
            for start in range(0, len(ids), PORTION):
                runs = self.browse(ids[start : start + PORTION])
                runs._cancel(reason)
                self.env["ir.cron"]._commit_progress(len(runs))
