from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .case_common import CrmCaseCase

DEFINITION = [
    {"name": "aaaaaaaaaaaaaaaa", "string": "Water damage", "type": "boolean"},
    {
        "name": "bbbbbbbbbbbbbbbb",
        "string": "Lent",
        "type": "selection",
        "selection": [["phone", "A phone"], ["watch", "A watch"]],
    },
    {"name": "cccccccccccccccc", "string": "IMEI", "type": "char"},
]


@tagged("post_install", "-at_install")
class TestOwnFields(CrmCaseCase):
    """Companies and teams ask for what nobody else asks for, without a line of code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(cls.env, "own_admin", "crm_experience.group_crm_experience_admin")

    def define(self, user, record, field="case_properties_definition", **more):
        record.with_user(user).write({field: DEFINITION, **more})

    def test_who_answers_for_the_cases_defines(self):
        for user in (self.leader, self.chief, self.admin):
            self.team.sudo().case_properties_definition = False
            self.assertTrue(self.team.with_user(user).has_access("write"))
            self.define(user, self.team)
            self.assertEqual(len(self.team.case_properties_definition), 3)
            # and nothing else of the team
            for values in ({"name": "Mine"}, {"user_id": user.id}, {"case_assignment": "load"}):
                with self.assertRaises(AccessError):
                    self.team.with_user(user).write(values)
                with self.assertRaises(AccessError):
                    self.define(user, self.team, **values)
        elsewhere = new_test_user(
            self.env, "own_elsewhere", "crm_experience.group_crm_experience_lead"
        )
        for user in (self.service, elsewhere, self.salesperson):
            self.assertFalse(self.team.with_user(user).has_access("write"))
            with self.assertRaises(AccessError):
                self.define(user, self.team)
        with self.assertRaises(AccessError):
            self.define(self.leader, self.region)

    def test_the_form_defines_with_the_record(self):
        """As the web client saves it."""
        case = self.open()
        new = {**DEFINITION[2], "value": "35", "definition_changed": True}
        with self.assertRaises(AccessError):
            case.with_user(self.service).write({"properties": [dict(new)]})
        case.with_user(self.leader).write({"properties": [dict(new)]})
        self.assertEqual(self.team.case_properties_definition[0]["string"], "IMEI")
        self.assertEqual(case.properties["cccccccccccccccc"], "35")

    def test_administrators_define_those_of_their_companies(self):
        fields = ("crm_experience_fact_properties", "crm_experience_product_properties")
        for field in fields:
            self.define(self.admin, self.company, field)
            self.assertEqual(len(self.company[field]), 3)
            for user in (self.leader, self.service):
                with self.assertRaises(AccessError):
                    self.define(user, self.company, field)
            with self.assertRaises(AccessError):
                self.define(self.admin, self.other_company, field)
        with self.assertRaises(AccessError):
            self.company.with_user(self.admin).write({"name": "Mine"})
        self.assertFalse(self.company.with_user(self.leader).has_access("write"))

    def test_filled_in_found_grouped_and_copied(self):
        self.define(self.leader, self.team)
        case = self.open(user_id=self.service.id)
        case.properties = {"bbbbbbbbbbbbbbbb": "watch", "cccccccccccccccc": "35"}
        other = self.open()
        found = self.cases.search([("properties.bbbbbbbbbbbbbbbb", "=", "watch")])
        self.assertEqual(found, case)
        groups = self.cases.formatted_read_group(
            [("id", "in", (case | other).ids)],
            ["properties.bbbbbbbbbbbbbbbb"],
            ["__count"],
        )
        self.assertEqual(
            {group["properties.bbbbbbbbbbbbbbbb"]: group["__count"] for group in groups},
            {"watch": 1, False: 1},
        )
        self.assertEqual(case.copy().properties["cccccccccccccccc"], "35")

    def test_a_joined_case_loses_none_of_them(self):
        self.define(self.leader, self.team)
        main, other, third = (self.open() for _number in range(3))
        main.properties = {"cccccccccccccccc": "35"}
        other.properties = {"bbbbbbbbbbbbbbbb": "watch", "cccccccccccccccc": "36"}
        third.properties = {"bbbbbbbbbbbbbbbb": "phone", "aaaaaaaaaaaaaaaa": True}
        elsewhere = self.open(team_id=self.region.id)
        (other | third | elsewhere)._join(main)
        self.assertEqual(
            dict(main.properties),
            {
                "aaaaaaaaaaaaaaaa": True,
                "bbbbbbbbbbbbbbbb": "A watch",
                "cccccccccccccccc": "35",
            },
        )

    def test_customers_are_handed_them_out(self):
        self.define(self.leader, self.team)
        case = self.open()
        case.properties = {"bbbbbbbbbbbbbbbb": "watch", "cccccccccccccccc": "35"}
        (export,) = (
            self.env["res.partner"].with_user(self.chief).export_experience(self.customer.ids)
        )
        (section,) = [part for part in export["records"] if part["model"] == "crm.case"]
        (row,) = section["rows"]
        self.assertEqual(row["properties"], {"Lent": "A watch", "IMEI": "35"})
