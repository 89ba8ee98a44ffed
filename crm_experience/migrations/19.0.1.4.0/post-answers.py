from ast import literal_eval

from odoo import SUPERUSER_ID, api

#: What pivots and graphs of answers averaged, over all metrics and of single answers.
SCORES = {
    *("score", "score_normalised", "expectation", "experience", "total_value", "total_cost"),
}


def migrate(cr, _version):
    """Count answers where people saved an average of theirs, which is no longer there."""
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for saved in env["ir.filters"].search([("model_id", "=", "crm.feedback")]):
        try:
            context = literal_eval(saved.context)
        except (SyntaxError, ValueError):
            # written by hand, with variables in it: it is not from a pivot or a graph
            continue
        measures = context.get("pivot_measures") or []
        if not SCORES.isdisjoint(measures):
            left = [measure for measure in measures if measure not in SCORES]
            context["pivot_measures"] = left or ["__count"]
        if context.get("graph_measure") in SCORES:
            context["graph_measure"] = "__count"
        if context != literal_eval(saved.context):
            saved.context = context
