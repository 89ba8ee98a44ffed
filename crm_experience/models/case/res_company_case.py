from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Longer than any promise to a customer, and than a calendar is looked through.
MOST_HOURS = 2000


class ResCompanyCase(models.Model):
    """How a company settles cases: who, by when, and what it learns from them."""

    _name = "res.company"
    _inherit = ["res.company", "crm.case.address"]

    case_team_id = fields.Many2one(
        "crm.team",
        string="Team for Cases",
        help="Takes cases that come in without a team.",
    )
    case_response_hours_low = fields.Float(string="Respond, Low", default=16)
    case_response_hours_normal = fields.Float(string="Respond, Normal", default=8)
    case_response_hours_high = fields.Float(string="Respond, High", default=4)
    case_response_hours_urgent = fields.Float(string="Respond, Urgent", default=1)
    case_solution_hours_low = fields.Float(string="Solve, Low", default=80)
    case_solution_hours_normal = fields.Float(string="Solve, Normal", default=40)
    case_solution_hours_high = fields.Float(string="Solve, High", default=16)
    case_solution_hours_urgent = fields.Float(string="Solve, Urgent", default=8)
    case_escalation_hours = fields.Float(
        string="Next Level After",
        default=8,
        help="Working hours after which a late case goes to the leader one team further up.",
    )
    is_case_confirmation_asked = fields.Boolean(
        string="Ask the Customer to Confirm",
        default=True,
        help="Whoever has an email address is asked, once a case is solved, whether it is.",
    )
    case_close_days = fields.Integer(
        string="Close Without an Answer After",
        default=7,
        help="Days after which a solved case counts as confirmed when the customer says nothing. "
        "Zero: it stays open until they do.",
    )
    case_reopen_days = fields.Integer(
        string="Reopen Within",
        default=30,
        help="Days after its solution within which the customer can open a case again.",
    )
    case_repeat_count = fields.Integer(
        string="A Cause Repeats With",
        default=5,
        help="So many cases of one cause open an improvement. Zero: none is opened.",
    )
    case_repeat_days = fields.Integer(string="A Cause Repeats Within Days", default=30)
    case_improvement_user_id = fields.Many2one(
        "res.users",
        string="Owner of Improvements",
        domain="[('share', '=', False)]",
        help="Gets an improvement where the team with most of its cases has no leader.",
    )

    @api.constrains(
        *(
            f"case_{deadline}_hours_{severity}"
            for deadline in ("response", "solution")
            for severity in ("low", "normal", "high", "urgent")
        ),
        "case_escalation_hours",
    )
    def _check_case_hours(self):
        for company in self:
            hours = [company.case_escalation_hours]
            for severity in "0123":
                hours += company._get_case_hours(severity)
            if not all(0 < value <= MOST_HOURS for value in hours):
                raise ValidationError(
                    self.env._("Hours for cases are between 0 and %(most)s.", most=MOST_HOURS)
                )

    @api.constrains("case_close_days", "case_reopen_days", "case_repeat_count", "case_repeat_days")
    def _check_case_days(self):
        for company in self:
            days = (company.case_close_days, company.case_reopen_days, company.case_repeat_days)
            if not all(0 <= value <= 3650 for value in (*days, company.case_repeat_count)):
                raise ValidationError(self.env._("Days and counts are between 0 and 3650."))

    def _get_case_alias_defaults(self):
        return {"company_id": self.id}

    def _get_case_hours(self, severity):
        """Return the working hours for a response and for a solution, by severity."""
        # Whoever handles a case may know how soon it must be; it is asked of any company.
        company = self.sudo()
        name = ("low", "normal", "high", "urgent")[int(severity or 1)]
        return company[f"case_response_hours_{name}"], company[f"case_solution_hours_{name}"]
