from datetime import datetime

from odoo.fields import Command
from odoo.tests import new_test_user

from .common import CrmExperienceCase


class CrmCaseCase(CrmExperienceCase):
    """A region with a store, its leaders, two members, and hours from 8 to 17 in UTC."""

    # a Monday
    MONDAY = datetime(2026, 3, 2, 9, 0)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "UTC"
        group = "crm_experience.group_crm_experience_user"
        cls.service_two = new_test_user(cls.env, "exp_service_two", group, name="Two")
        cls.leader = new_test_user(
            cls.env, "exp_leader", "crm_experience.group_crm_experience_lead"
        )
        cls.chief = new_test_user(cls.env, "exp_chief", "crm_experience.group_crm_experience_lead")
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Eight to five",
                "tz": "UTC",
                "attendance_ids": [
                    Command.create(
                        {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 17}
                    )
                    for day in range(5)
                ],
            }
        )
        cls.company = cls.env.company
        cls.company.resource_calendar_id = cls.calendar
        cls.company.case_team_id = False
        cls.region = cls.env["crm.team"].create({"name": "Region", "user_id": cls.chief.id})
        cls.team.write(
            {
                "user_id": cls.leader.id,
                "parent_id": cls.region.id,
                "member_ids": [Command.set((cls.service | cls.service_two).ids)],
            }
        )
        cls.cause = cls.env["crm.case.cause"].create({"name": "Late repair"})
        cls.cases = cls.env["crm.case"].with_user(cls.service)

    def open(self, **values):
        """Open a case as the service person."""
        return self.cases.create(
            {"title": "Battery is empty", "partner_id": self.customer.id, "team_id": self.team.id}
            | values
        )

    def solve(self, case, **values):
        case.write(
            {"cause_id": self.cause.id, "outcome": "solved", "solution": "Changed it."} | values
        )
        case.action_solve()
        return case

    def run_job(self, name):
        """Run a scheduled job as the scheduler does."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"crm_experience.ir_cron_{name}").method_direct_trigger()
        self.env.invalidate_all()
