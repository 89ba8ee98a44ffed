import openpyxl
from odoo.tests import tagged
from odoo.tools import file_open

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestNotebookImport(CrmExperienceCase):
    """The files to begin an import with are loaded as they are, by a service person."""

    def load(self, model):
        records = self.env[model].with_user(self.service)
        [template] = records.get_import_templates()
        with file_open(template["template"].lstrip("/"), "rb") as file:
            rows = list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
        labels = {field["string"]: name for name, field in records.fields_get().items()}
        columns = [labels[label] for label in rows[0]]
        if not self.env["res.partner"].search_count([("name", "=", rows[1][0])], limit=1):
            self.env["res.partner"].create({"name": rows[1][0]})
        return columns, [["" if cell is None else str(cell) for cell in row] for row in rows[1:]]

    def check_bad(self, model, columns, good, bad):
        for column, value in bad:
            row = list(good)
            row[columns.index(column)] = value
            with self.subTest(column=column, value=value):
                answer = self.env[model].with_user(self.service).load(columns, [row])
                self.assertTrue(answer["messages"])

    def test_facts(self):
        columns, rows = self.load("crm.partner.fact")
        answer = self.env["crm.partner.fact"].with_user(self.service).load(columns, rows)
        self.assertFalse(answer["messages"])
        facts = self.env["crm.partner.fact"].browse(answer["ids"])
        self.assertEqual(facts.mapped("kind"), ["cares", "temperament", "promise"])
        self.assertEqual(facts.user_id, self.service)
        self.assertEqual(str(facts[2].date_due), "2026-12-04")
        self.check_bad(
            "crm.partner.fact",
            columns,
            rows[0],
            (
                ("partner_id", "Nobody of this name"),
                ("kind", "Gossip"),
                ("text", ""),
                ("date", "yesterday"),
                ("source", "Gossip"),
                ("date_due", "2026-12-01"),
            ),
        )

    def test_dates(self):
        columns, rows = self.load("crm.partner.date")
        answer = self.env["crm.partner.date"].with_user(self.service).load(columns, rows)
        self.assertFalse(answer["messages"])
        dates = self.env["crm.partner.date"].browse(answer["ids"])
        self.assertEqual(dates.mapped("kind"), ["birthday", "anniversary"])
        self.assertEqual(dates.mapped("calendar"), ["gregorian", "lunar"])
        self.assertTrue(all(dates.mapped("date_next")))
        self.check_bad(
            "crm.partner.date",
            columns,
            rows[0],
            (
                ("partner_id", "Nobody of this name"),
                ("kind", "Name day"),
                ("month", "13"),
                ("day", "30"),
                ("calendar", "Julian"),
                ("year", "1492"),
            ),
        )
