from odoo.tools import SQL


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
    own = [name for name in env if env[name]._original_module == "crm_targets"]
    # Core forgets the external ids of choices that a model inherits from a mixin of another module,
    env.cr.execute(
        """
        DELETE FROM ir_model_data data
         USING ir_model_fields_selection choice
          JOIN ir_model_fields field ON field.id = choice.field_id
         WHERE data.model = 'ir.model.fields.selection' AND data.res_id = choice.id
           AND data.module != 'crm_targets' AND field.model = ANY(%s)
        """,
        [own],
    )
    # and those that say that it inherits from a mixin which another module has extended.
    env.cr.execute(
        """
        DELETE FROM ir_model_data data
         USING ir_model_inherit inherit
          JOIN ir_model model ON model.id = inherit.model_id
         WHERE data.model = 'ir.model.inherit' AND data.res_id = inherit.id
           AND data.module != 'crm_targets' AND model.model = ANY(%s)
        """,
        [own],
    )
