from odoo import api, models
from odoo.tools import SQL


class SurveyUserInput(models.Model):
    """Surveys that customers answered, as touchpoints; nothing of their answers."""

    _inherit = "survey.user_input"

    # ------------------------------------------------------------
    # Remembering
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        done = [vals.get("state") == "done" for vals in vals_list]
        if any(done):
            answers.browse(
                answer.id for answer, is_done in zip(answers, done, strict=True) if is_done
            )._remember_touchpoints()
        return answers

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "done":
            self._remember_touchpoints()
        return result

    def _remember_touchpoints(self):
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("survey"):
            touchpoints._remember("survey.user_input", self.ids, "survey")

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_statements(self, events):
        """Return the SQL that writes surveys that were answered to the end, once each."""
        return [self.env["crm.touchpoint"]._get_history_statement(self._name, "survey", events)]

    @api.model
    def _get_touchpoint_query(self, condition):
        """Return the rows of answers of customers; those of our own people are none.

        :param condition: SQL on the answers, which are called ``doc``
        """
        touchpoints = self.env["crm.touchpoint"]
        columns = touchpoints._get_captured_columns(
            external_id=SQL("concat('survey.user_input:', doc.id)"),
            event="survey",
            date=SQL("COALESCE(doc.end_datetime, doc.write_date)"),
            company_id=SQL(
                "COALESCE(partner.company_id, person.company_id, creator.company_id, %s)",
                self.env.company.id,
            ),
            partner_id=SQL("doc.partner_id"),
            channel_id=touchpoints._get_shipped("touchpoint_channel", "web"),
            purpose="care",
            user_id=SQL("partner.user_id"),
            res_model="survey.user_input",
            res_id=SQL("doc.id"),
        )
        return SQL(
            """SELECT %s
                 FROM survey_user_input AS doc
                 JOIN res_partner AS partner
                   ON partner.id = doc.partner_id AND partner.partner_share
                 JOIN survey_survey AS survey ON survey.id = doc.survey_id
                 LEFT JOIN res_users AS person ON person.id = survey.user_id
                 LEFT JOIN res_users AS creator ON creator.id = survey.create_uid
                WHERE doc.state = 'done' AND NOT COALESCE(doc.test_entry, FALSE) AND %s""",
            columns,
            condition,
        )

    # ------------------------------------------------------------
    # History
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_history(self, _kind, condition):
        return [self._get_touchpoint_query(condition)]
