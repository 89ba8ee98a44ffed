from odoo.tools import SQL

from .uninstall import forget_external_ids


def uninstall_hook(env):
    """Take back what the ORM does not know of: the triggers of the snapshots and their functions.

    Without them, the snapshots go with everything else.
    """
    for function in ("crm_targets_keep_snapshot", "crm_targets_close_snapshot"):
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(function)))
    kept = (
        "crm.scorecard.snapshot.restatement",
        "crm.scorecard.snapshot.line",
        "crm.scorecard.snapshot",
        "crm.scorecard.baseline",
    )
    for model in kept:
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(env[model]._table)))
    forget_external_ids(env, "crm_targets")
