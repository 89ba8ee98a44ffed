"""The naming guide: each rule has something that it accepts and something that it refuses."""

import pytest

from scripts.naming import check_direction, check_file

MODEL = """
class {name}(models.Model):
    _name = "{model}"
    {body}
"""


def complaints(name, text):
    return [complaint.text for complaint in check_file(name, text)]


@pytest.mark.parametrize(
    ("file", "model", "name", "accepted"),
    [
        ("crm_target", "crm.target", "CrmTarget", True),
        ("crm_target_sums", "crm.target", "CrmTarget", True),
        ("crm_target_sums", "crm.target", "CrmTargetSums", True),
        ("crm_goal", "crm.target", "CrmTarget", False),
        ("crm_target", "crm.target", "Target", False),
    ],
)
def test_a_model_lies_in_the_file_of_its_name(file, model, name, accepted):
    text = MODEL.format(name=name, model=model, body="pass")
    assert (not complaints(f"crm_x/models/{file}.py", text)) == accepted


def test_an_extension_is_named_after_what_it_extends():
    text = 'class ResPartner(models.Model):\n    _inherit = ["res.partner"]\n'
    assert not complaints("crm_x/models/res_partner.py", text)
    assert complaints("crm_x/models/partner.py", text)


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        ('team_id = fields.Many2one("crm.team")', True),
        ('team = fields.Many2one("crm.team")', False),
        ('user_ids = fields.Many2many("res.users")', True),
        ('users = fields.One2many("res.users", "x_id")', False),
        ('score = fields.Float(compute="_compute_score")', True),
        ('score = fields.Float(compute="_score")', False),
        ('score = fields.Float(search="_find")', False),
        ('@api.constrains("a")\n    def _check_a(self): pass', True),
        ('@api.constrains("a")\n    def _verify_a(self): pass', False),
        ("@api.ondelete(at_uninstall=False)\n    def _unlink_except_done(self): pass", True),
        ("@api.ondelete(at_uninstall=False)\n    def _no_unlink(self): pass", False),
        ("def _helper(self): pass", True),
        ("def refresh(self): pass", False),
        ('def refresh(self):\n        """Measure anew."""', True),
        ("def write(self, values):\n        return super().write(values)", True),
    ],
)
def test_fields_and_methods(body, accepted):
    text = MODEL.format(name="CrmTarget", model="crm.target", body=body)
    assert (not complaints("crm_x/models/crm_target.py", text)) == accepted


@pytest.mark.parametrize(
    "line", ["import odoo", "from odoo.fields import Domain", "import psycopg2"]
)
def test_formulas_import_no_odoo(line):
    assert complaints("crm_x/tools/score.py", f"def f():\n    '''x'''\n    {line}\n")
    assert not complaints("crm_x/models/__init__.py", line)


def test_public_formulas_have_docstrings():
    assert complaints("crm_x/tools/score.py", "def score(): pass")
    assert not complaints("crm_x/tools/score.py", 'def score():\n    """Say."""\ndef _x(): pass')


def record(kind, own_id, fields=""):
    return f'<odoo>\n<record id="{own_id}" model="{kind}">{fields}</record>\n</odoo>'


VIEW = '<field name="name">x.inherit.crm_x</field><field name="model">crm.team</field>'


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        (record("ir.ui.view", "crm_team_view_form", VIEW), True),
        (record("ir.ui.view", "view_crm_team", VIEW), False),
        (
            record(
                "ir.ui.view", "team_form", VIEW + '<field name="inherit_id" ref="a.team_form"/>'
            ),
            True,
        ),
        (
            record("ir.ui.view", "mine", VIEW + '<field name="inherit_id" ref="a.team_form"/>'),
            False,
        ),
        (
            record("ir.rule", "crm_team_rule_all", '<field name="model_id" ref="model_crm_team"/>'),
            True,
        ),
        (record("ir.rule", "rule_team", '<field name="model_id" ref="model_crm_team"/>'), False),
        (record("res.groups", "group_crm_x_user"), True),
        (record("res.groups", "crm_x_user"), False),
        (record("ir.cron", "ir_cron_refresh"), True),
        (record("ir.cron", "cron_refresh"), False),
        (
            record("ir.actions.act_window", "a_b_action", '<field name="res_model">a.b</field>'),
            True,
        ),
        (
            record("ir.actions.act_window", "action_a_b", '<field name="res_model">a.b</field>'),
            False,
        ),
        ('<odoo><menuitem id="crm_team_menu" name="x"/></odoo>', True),
        ('<odoo><menuitem id="menu_team" name="x"/></odoo>', False),
        (record("crm.perspective", "anything"), True),
    ],
)
def test_xml_ids(text, accepted):
    assert (not complaints("crm_x/views/x.xml", text)) == accepted


def test_an_inherited_view_says_who_inherits():
    fields = (
        '<field name="name">crm.team.form</field><field name="model">crm.team</field>'
        '<field name="inherit_id" ref="sales_team.crm_team_view_form"/>'
    )
    assert complaints("crm_x/views/x.xml", record("ir.ui.view", "crm_team_view_form", fields)) == [
        "name crm.team.form should end in .inherit.crm_x"
    ]


def test_demo_ids_end_in_demo():
    assert complaints("crm_x/demo/x.xml", record("crm.team", "crm_team_coast"))
    assert not complaints("crm_x/demo/x.xml", record("crm.team", "crm_team_coast_demo"))
    assert not complaints("crm_x/demo/x.xml", record("crm.team", "sales_team.team_one"))


def test_access_lines():
    head = "id,name,model_id:id,group_id:id\n"
    file = "crm_x/security/ir.model.access.csv"
    assert not complaints(file, head + "access_crm_team_user,x,sales_team.model_crm_team,g\n")
    assert complaints(file, head + "crm_team_user,x,model_crm_team,g\n")


def test_owl_templates():
    file = "crm_x/static/src/wheel/wheel.xml"
    assert not complaints(file, '<templates><t t-name="crm_x.Wheel"/></templates>')
    assert complaints(file, '<templates><t t-name="Wheel"/></templates>')


def test_styles_are_about_our_own_classes():
    file = "crm_x/static/src/wheel/wheel.scss"
    assert not complaints(file, ".o_crm_x_wheel {\n  .btn { color: red; }\n}\n")
    assert not complaints(file, "@media print {\n  .o_main_navbar { display: none; }\n}\n")
    assert not complaints(file, "// .o_form_view {\n")
    assert complaints(file, ".o_form_view {\n  color: red;\n}\n")


def test_long_files_are_told():
    assert complaints("crm_x/models/__init__.py", "x = 1\n" * 401)
    assert not complaints("crm_x/tests/test_x.py", "x = 1\n" * 401)


def test_a_lower_addon_never_names_a_higher_one():
    (complaint,) = check_direction("crm_x/models/a.py", "a\n# for crm_y\n", ("crm_y",))
    assert str(complaint) == "crm_x/models/a.py:2: names crm_y, which builds on this addon"
