"""What core forgets when a module of ours is uninstalled."""


def forget_external_ids(env, addon):
    """Take back the external ids that models of `addon` have in the name of other modules.

    For the hook of the uninstallation.
    """
    own = [name for name in env if env[name]._original_module == addon]
    # Core forgets the external ids of choices that a model inherits from a mixin of another module,
    env.cr.execute(
        """
        DELETE FROM ir_model_data data
         USING ir_model_fields_selection choice
          JOIN ir_model_fields field ON field.id = choice.field_id
         WHERE data.model = 'ir.model.fields.selection' AND data.res_id = choice.id
           AND data.module != %s AND field.model = ANY(%s)
        """,
        [addon, own],
    )
    # and those that say that it inherits from a mixin which another module has extended.
    env.cr.execute(
        """
        DELETE FROM ir_model_data data
         USING ir_model_inherit inherit
          JOIN ir_model model ON model.id = inherit.model_id
         WHERE data.model = 'ir.model.inherit' AND data.res_id = inherit.id
           AND data.module != %s AND model.model = ANY(%s)
        """,
        [addon, own],
    )
