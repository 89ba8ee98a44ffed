from odoo.tools import SQL


def uninstall_hook(env):
    """Take back what the ORM does not know of: the triggers of the snapshots and their function.

    Without them, the snapshots go with everything else.
    """
    env.cr.execute("DROP FUNCTION IF EXISTS crm_targets_keep_snapshot() CASCADE")
    kept = (
        "crm.scorecard.snapshot.restatement",
        "crm.scorecard.snapshot.line",
        "crm.scorecard.snapshot",
        "crm.scorecard.baseline",
    )
    for model in kept:
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(env[model]._table)))
