"""Check the naming guide of CONTRIBUTING.md, and the few rules beside it that can be read off.

Each check takes the text of a file and returns complaints, so that tests need no files.
"""

import ast
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

RELATIONS = {"Many2one": "_id", "One2many": "_ids", "Many2many": "_ids"}
METHOD_PREFIXES = {
    "compute": "_compute_",
    "inverse": "_inverse_",
    "search": "_search_",
}
DECORATOR_PREFIXES = {
    "constrains": "_check_",
    "onchange": "_onchange_",
    "ondelete": "_unlink_except_",
}
# Public methods of the ORM, which say in Odoo what they do.
ORM_METHODS = {"init", "create", "write", "unlink", "copy", "copy_data", "default_get"}
LONGEST_FILE = 400


@dataclass(frozen=True)
class Complaint:
    """One breach of the guide: where, and what would be right."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def check_addon(addon: Path, higher: tuple[str, ...] = ()) -> list[Complaint]:
    """Return the complaints about all files of an addon.

    :param higher: names of the addons that build on this one, which it must not name
    """
    complaints: list[Complaint] = []
    for path in sorted(addon.rglob("*")):
        name = f"{addon.name}/{path.relative_to(addon).as_posix()}"
        if path.suffix not in {".py", ".xml", ".csv", ".js", ".scss"} or "/static/lib/" in name:
            continue
        text = path.read_text()
        complaints += check_file(name, text)
        complaints += check_direction(name, text, higher)
    return complaints


def check_file(name: str, text: str) -> list[Complaint]:
    """Return the complaints about a file, by the folder it lies in.

    :param name: its path from the repository's folder, `<addon>/<folder>/…`
    """
    addon, _, inside = name.partition("/")
    folder = inside.partition("/")[0]
    suffix = Path(name).suffix
    found: list[Complaint] = []
    if suffix == ".py":
        if folder in {"models", "wizard", "report"} and not name.endswith("__init__.py"):
            found += check_models(name, text)
        if folder == "tools":
            found += check_tools(name, text)
    elif suffix == ".xml" and inside.startswith("static/src/"):
        found += check_templates(name, text, addon)
    elif suffix == ".xml" and folder != "static":
        found += check_records(name, text, addon)
    elif suffix == ".csv" and name.endswith("ir.model.access.csv"):
        found += check_access(name, text)
    elif suffix == ".scss":
        found += check_styles(name, text, addon)
    lines = text.count("\n")
    if suffix in {".py", ".js"} and "/tests/" not in name and lines > LONGEST_FILE:
        found.append(Complaint(name, LONGEST_FILE, f"{lines} lines are asking to be split"))
    return found


def check_direction(name: str, text: str, higher: tuple[str, ...]) -> list[Complaint]:
    """A lower addon never names a higher one."""
    return [
        Complaint(name, number, f"names {other}, which builds on this addon")
        for number, line in enumerate(text.splitlines(), start=1)
        for other in higher
        if other in line
    ]


def check_models(name: str, text: str) -> list[Complaint]:
    """One model a file, named after it; the class, its fields and its methods by the guide."""
    found: list[Complaint] = []
    stem = Path(name).stem
    for node in ast.parse(text).body:
        model = _model_of(node) if isinstance(node, ast.ClassDef) else ""
        if not isinstance(node, ast.ClassDef) or not model:
            continue
        words = model.replace(".", "_")
        if stem != words and not stem.startswith(f"{words}_"):
            found.append(Complaint(name, node.lineno, f"model {model} belongs in {words}.py"))
        # A long model is split: each part is a file, and a class, that says what the part does.
        if node.name not in {_camel(words), _camel(stem)}:
            wanted = _camel(words)
            found.append(Complaint(name, node.lineno, f"class of {model} should be {wanted}"))
        for statement in node.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
                found += _check_field(name, statement, statement.value)
            elif isinstance(statement, ast.FunctionDef):
                found += _check_method(name, statement)
    return found


def check_tools(name: str, text: str) -> list[Complaint]:
    """Formulas import no Odoo, and every public one says what it does."""
    found = []
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported = [node.module or ""]
        else:
            continue
        for module in imported:
            if module.partition(".")[0] in {"odoo", "psycopg2"}:
                found.append(Complaint(name, node.lineno, f"a formula must not import {module}"))
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    return found + [
        Complaint(name, node.lineno, f"{node.name} needs a docstring")
        for node in public
        if not ast.get_docstring(node)
    ]


def check_records(name: str, text: str, addon: str) -> list[Complaint]:
    """XML ids by kind of record; in `demo` they end in `_demo`."""
    found = []
    in_demo = name.startswith(f"{addon}/demo/")
    for line, element in _elements(text):
        own_id = element.get("id", "")
        if element.tag not in {"record", "menuitem", "template"} or not own_id or "." in own_id:
            continue
        if in_demo:
            if not own_id.endswith("_demo"):
                found.append(Complaint(name, line, f"demo id {own_id} should end in _demo"))
            continue
        pattern = _expected_id(element, addon)
        if pattern and not re.fullmatch(pattern, own_id):
            readable = pattern.replace(r"\w+", "…").replace("(_…)?", "[_…]").replace("|", " or ")
            found.append(Complaint(name, line, f"id {own_id} should read {readable}"))
        if element.get("model") == "ir.ui.view" and _reference(element, "inherit_id"):
            view_name = _text(element, "name")
            if not view_name.endswith(f".inherit.{addon}"):
                wanted = f".inherit.{addon}"
                found.append(Complaint(name, line, f"name {view_name} should end in {wanted}"))
    return found


def check_access(name: str, text: str) -> list[Complaint]:
    """Ids of access lines are `access_<model>_<who>`."""
    found = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        model = row["model_id:id"].rpartition(".")[2].removeprefix("model_")
        if not re.fullmatch(rf"access_{model}_\w+", row["id"]):
            found.append(Complaint(name, number, f"id {row['id']} should read access_{model}_…"))
    return found


def check_templates(name: str, text: str, addon: str) -> list[Complaint]:
    """OWL templates are `<addon>.<Component>`."""
    found = []
    for line, element in _elements(text):
        template = element.get("t-name")
        if template and not re.fullmatch(rf"{addon}\.[A-Z]\w+(\.\w+)*", template):
            wanted = f"{addon}.<Component>"
            found.append(Complaint(name, line, f"template {template} should read {wanted}"))
    return found


def check_styles(name: str, text: str, addon: str) -> list[Complaint]:
    """Every rule is about a class of our own, so that core's screens keep their looks."""
    found = []
    depth = 0
    clean = re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL)
    for number, line in enumerate(clean.splitlines(), start=1):
        selector = line.strip()
        if depth == 0 and selector.startswith((".", "#")) and f".o_{addon}" not in selector:
            found.append(Complaint(name, number, f"{selector} should be about .o_{addon}_…"))
        depth += line.count("{") - line.count("}")
    return found


def _model_of(node: ast.ClassDef) -> str:
    """Return the model that a class defines or extends, or nothing."""
    named: dict[str, str] = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            value = statement.value
            if isinstance(value, ast.List) and len(value.elts) == 1:
                value = value.elts[0]
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                named[statement.targets[0].id] = value.value
    return named.get("_name") or named.get("_inherit", "")


def _check_field(name: str, statement: ast.Assign, call: ast.Call) -> Iterator[Complaint]:
    target = statement.targets[0]
    kind = call.func
    if not (
        isinstance(target, ast.Name)
        and isinstance(kind, ast.Attribute)
        and isinstance(kind.value, ast.Name)
        and kind.value.id == "fields"
    ):
        return
    ending = RELATIONS.get(kind.attr, "")
    if not target.id.endswith(ending):
        yield Complaint(name, statement.lineno, f"field {target.id} should end in {ending}")
    for keyword in call.keywords:
        prefix = METHOD_PREFIXES.get(keyword.arg or "")
        method = keyword.value.value if isinstance(keyword.value, ast.Constant) else ""
        if prefix and isinstance(method, str) and method and not method.startswith(prefix):
            yield Complaint(name, statement.lineno, f"{method} should begin with {prefix}")


def _check_method(name: str, method: ast.FunctionDef) -> Iterator[Complaint]:
    decorators = {
        node.func.attr
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        else node.attr
        if isinstance(node, ast.Attribute)
        else ""
        for node in method.decorator_list
    }
    for decorator, prefix in DECORATOR_PREFIXES.items():
        if decorator in decorators and not method.name.startswith(prefix):
            yield Complaint(name, method.lineno, f"{method.name} should begin with {prefix}")
    extends = any(isinstance(node, ast.Name) and node.id == "super" for node in ast.walk(method))
    known = extends or method.name.startswith("_") or method.name in ORM_METHODS
    if not (known or ast.get_docstring(method)):
        yield Complaint(name, method.lineno, f"{method.name} is public and needs a docstring")


def _elements(text: str) -> list[tuple[int, ElementTree.Element]]:
    """Return each element of an XML file with the line its opening tag ends on."""
    parser: Any = ElementTree.XMLPullParser(["start"])
    found = []
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        parser.feed(line)
        found += [(number, event[1]) for event in parser.read_events()]
    return found


def _expected_id(element: ElementTree.Element, addon: str) -> str:
    """Return the pattern for the id of a record, or nothing where the guide has no word."""
    if element.tag == "menuitem":
        return r"\w+_menu(_\w+)?"
    kind = element.get("model", "")
    if kind == "ir.ui.view":
        inherited = _reference(element, "inherit_id")
        patterns = [rf"{inherited}(_\w+)?"] if inherited else []
        model = _words(_text(element, "model"))
        return "|".join([*patterns, *([rf"{model}_view_\w+"] if model else [])])
    if kind == "ir.actions.act_window":
        return rf"{_words(_text(element, 'res_model'))}_action(_\w+)?"
    if kind == "ir.actions.client":
        return r"\w+_action(_\w+)?"
    if kind == "ir.rule":
        model = _reference(element, "model_id").removeprefix("model_")
        return rf"{model}_rule_\w+"
    return {
        "res.groups": rf"group_{addon}_\w+",
        "ir.cron": r"ir_cron_\w+",
    }.get(kind, "")


def _field(element: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next((child for child in element if child.get("name") == name), None)


def _text(element: ElementTree.Element, name: str) -> str:
    field = _field(element, name)
    return (field.text or "").strip() if field is not None else ""


def _reference(element: ElementTree.Element, name: str) -> str:
    """Return the id that a field refers to, without its module."""
    field = _field(element, name)
    return field.get("ref", "").rpartition(".")[2] if field is not None else ""


def _camel(words: str) -> str:
    return "".join(word.capitalize() for word in words.split("_"))


def _words(model: str) -> str:
    return model.replace(".", "_")
