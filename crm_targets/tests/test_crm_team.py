from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestCrmTeam(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "team_manager", "sales_team.group_sale_manager")
        cls.region_lead, cls.store_lead, cls.other_lead = (
            new_test_user(cls.env, login, "base.group_user")
            for login in ("region_lead", "store_lead", "other_lead")
        )
        cls.teams = cls.env["crm.team"].with_user(cls.manager)
        cls.region = cls.teams.create({"name": "Region", "user_id": cls.region_lead.id})
        cls.store = cls.teams.create(
            {"name": "Store", "user_id": cls.store_lead.id, "parent_id": cls.region.id}
        )
        cls.counter = cls.teams.create({"name": "Counter", "parent_id": cls.store.id})

    def test_leads_of_all_levels(self):
        self.assertEqual(self.region.lead_user_ids, self.region_lead)
        self.assertEqual(self.store.lead_user_ids, self.region_lead | self.store_lead)
        self.assertEqual(self.counter.lead_user_ids, self.region_lead | self.store_lead)

    def test_leads_follow_leader_and_parent(self):
        self.region.user_id = self.other_lead
        self.assertEqual(self.counter.lead_user_ids, self.other_lead | self.store_lead)
        self.store.parent_id = False
        self.assertEqual(self.counter.lead_user_ids, self.store_lead)
        self.assertEqual(self.counter.parent_path, f"{self.store.id}/{self.counter.id}/")
        found = self.teams.search([("lead_user_ids", "in", self.store_lead.ids)])
        self.assertEqual(found, self.store | self.counter)

    def test_no_team_below_itself(self):
        with self.assertRaises(UserError):
            self.region.parent_id = self.counter

    def test_parent_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.write({"company_ids": [Command.link(company.id)]})
        foreign = self.teams.create({"name": "Foreign", "company_id": company.id})
        self.store.company_id = self.env.company
        with self.assertRaises(UserError):
            self.store.parent_id = foreign

    def test_parent_with_sub_teams_is_kept(self):
        with self.assertRaises(UserError):
            self.region.unlink()
        (self.counter | self.store).unlink()
        self.region.unlink()
        self.assertFalse(self.region.exists())

    def test_forms_show_nothing_of_ours_without_our_groups(self):
        ours = new_test_user(
            self.env,
            "team_targets",
            "sales_team.group_sale_manager,crm_targets.group_crm_targets_lead",
        )
        for model, view_type, name in (
            ("crm.team", "form", "parent_id"),
            ("crm.team", "list", "parent_id"),
            ("crm.team", "search", "parent_id"),
            ("utm.campaign", "form", "cost_ids"),
        ):
            with self.subTest(model=model, view=view_type):
                archs = [
                    self.env[model].with_user(user).get_view(view_type=view_type)["arch"]
                    for user in (self.manager, ours)
                ]
                self.assertEqual([f'name="{name}"' in arch for arch in archs], [False, True])
