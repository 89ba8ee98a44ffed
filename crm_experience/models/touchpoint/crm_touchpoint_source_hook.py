from odoo import api, models


class CrmTouchpointSource(models.Model):
    """How changes of any model are noticed, also of one that this addon does not know.

    Core's automation rules set methods on the classes of the registry and remove whatever is set
    there when a rule changes. So that neither takes away the other's, a captured model gets a
    class of its own in front of its bases instead. The other processes learn of a newly captured
    model by the signal on which they load their registry anew. A class that is in place asks
    which sources there are, from the cache: one without any does nothing.
    """

    _inherit = "crm.touchpoint.source"

    @api.model_create_multi
    def create(self, vals_list):
        sources = super().create(vals_list)
        sources._update_hooks()
        return sources

    def write(self, vals):
        result = super().write(vals)
        self._update_hooks()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _update_hooks(self):
        """Let this process and, once the transaction is committed, all others know."""
        self.env.registry.clear_cache()
        if not self.env.registry.ready:
            # While modules are loaded classes still change; see _register_hook.
            return
        names = {source.model_name for source in self if source.active}
        added = [self._add_hook(name) for name in names]
        if any(added):
            self.env.registry.registry_invalidated = True

    def _register_hook(self):
        super()._register_hook()
        for name in set(self.search([]).mapped("model_name")):
            self._add_hook(name)

    def _unregister_hook(self):
        """Give the classes of the registry back as they were."""
        super()._unregister_hook()
        for model_class in self.env.registry.values():
            bases = tuple(
                base for base in model_class.__bases__ if not hasattr(base, "_captured_model")
            )
            if bases != model_class.__bases__:
                model_class.__bases__ = bases

    @api.model
    def _add_hook(self, model_name):
        """Let changes of a model be noticed.

        :return: whether they were not before
        """
        model_class = self.env.registry.get(model_name)
        if model_class is None or model_class._abstract:
            return False
        if any(
            getattr(base, "_captured_model", None) == model_name for base in model_class.__bases__
        ):
            return False
        model_class.__bases__ = (_make_capturing(model_name), *model_class.__bases__)
        return True


def _make_capturing(model_name):
    """Return a class whose methods notice what happens to the records of one model.

    Each model has a class of its own: one that is derived from another captured model would have
    the same class twice among its bases.
    """

    class Capturing:
        __slots__ = ()
        _captured_model = model_name

        @api.model_create_multi
        def create(self, vals_list, **kwargs):
            records = super().create(vals_list, **kwargs)
            if self._name == model_name:
                self.env["crm.touchpoint.source"]._notice_created(records, vals_list)
            return records

        def write(self, vals, **kwargs):
            if self._name != model_name:
                return super().write(vals, **kwargs)
            sources = self.env["crm.touchpoint.source"]
            before = sources._get_before(self, vals)
            result = super().write(vals, **kwargs)
            sources._notice_changed(self, vals, before)
            return result

        def _compute_field_value(self, field):
            if self._name != model_name or not field.store:
                return super()._compute_field_value(field)
            sources = self.env["crm.touchpoint.source"]
            records = self.filtered("id")
            names = {computed.name for computed in self.pool.field_computed[field]}
            before = sources._get_before(records, names)
            result = super()._compute_field_value(field)
            sources._notice_changed(records, names, before)
            return result

    return Capturing
