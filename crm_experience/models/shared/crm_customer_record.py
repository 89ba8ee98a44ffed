from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmCustomerRecord(models.AbstractModel):
    """Something known about a customer: for those who may read the customer, and theirs to have.

    A model that inherits it has a ``partner_id`` that is deleted with the partner. What is added
    to its record rules, so that a rule on contacts holds for what is known about them, is in
    ``ir_rule.py``. Inheriting it is also all that a model needs to be exported, erased and merged
    with its customer (``res_partner_personal_data.py``) and, if it has a ``lead_id``, with an
    opportunity (``crm_lead_personal_data.py``).
    """

    _name = "crm.customer.record"
    _inherit = ["crm.kept.mixin"]
    _description = "Record of a Customer"
    # Where people wrote how to be reached who may be no contact: found by Odoo's privacy look-up.
    _address_fields = ()
    # What a record of these models is pointed at for was made for the record, and goes with it.
    _erased_comodels = ("mail.activity",)

    @api.model
    def _get_customer_rule_domain(self, partner_domain):
        """Return the domain of the records that follow from which customers may be read.

        :param Domain partner_domain: core's rules on contacts
        """
        if self._fields["partner_id"].required:
            return Domain("partner_id", "any", partner_domain)
        return Domain("partner_id", "=", False) | Domain("partner_id", "any", partner_domain)

    # ------------------------------------------------------------
    # Personal data
    # ------------------------------------------------------------

    @api.model
    def _get_customer_models(self):
        """Return every model of records about customers, archived records included.

        A model whose records go with those of another one comes before it, so that none of them
        is deleted by the database, which would leave their messages and attachments behind.
        """
        names = [
            name
            for name, model in sorted(self.env.registry.items())
            if hasattr(model, "_get_customer_rule_domain")
            and not (model._abstract or model._transient)
            and model._auto
        ]
        owners = {
            name: {
                field.comodel_name
                for field in self.env[name]._fields.values()
                if field.store and field.type == "many2one" and field.ondelete == "cascade"
            }
            & (set(names) - {name})
            for name in names
        }
        ordered = []
        while names:
            name = next(
                # the first one that nothing else goes with; a circle is cut where it begins
                (name for name in names if not any(name in owners[other] for other in names)),
                names[0],
            )
            names.remove(name)
            ordered.append(self.env[name].with_context(active_test=False))
        return ordered

    @api.model
    def _get_customer_domain(self, partners):
        """Return the domain of what is known about these customers: all that goes with them."""
        return Domain.OR(Domain(name, "in", partners.ids) for name in self._get_customer_fields())

    @api.model
    def _get_customer_fields(self):
        """Return the fields that say whose it is: who is gone takes it along."""
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and field.type == "many2one"
            and field.comodel_name == "res.partner"
            and field.ondelete == "cascade"
        ]

    @api.model
    def _get_company_domain(self, companies):
        """Return the domain of what these companies know."""
        if "company_id" not in self._fields:
            return Domain.TRUE
        return Domain("company_id", "in", [*companies.ids, False])

    def _erase_records(self):
        """Delete the records for good, with their messages, activities and attachments.

        Extended by ``super()`` where something must go with them, or must stay without a name.
        Whoever calls it has decided that they may be erased, and has all rights.
        """
        records = self.with_context(active_test=False)
        parts = [records[name] for name in self._get_parts()]
        companions = [
            rows[name].exists()
            for rows in (records, *parts)
            for name, field in rows._fields.items()
            if field.store
            and field.type == "many2one"
            and field.comodel_name in self._erased_comodels
        ]
        for rows in (*parts, records):
            # Else the database would delete the parts, and leave what hangs on them behind. Mails
            # are written to records without a chatter, too.
            self.env["mail.message"].search(
                [("model", "=", rows._name), ("res_id", "in", rows.ids)]
            ).unlink()
            rows.unlink()
        for rows in companions:
            rows.exists().unlink()

    @api.model
    def _get_parts(self):
        """Return the one2many fields of what is a part of the record, such as its steps.

        What is a record about the customer itself is none.
        """
        return [
            name
            for name, field in self._fields.items()
            if field.type == "one2many"
            and field.store is False
            and field.inverse_name
            and not hasattr(self.env[field.comodel_name], "_get_customer_rule_domain")
            and self.env[field.comodel_name]._auto
            and self.env[field.comodel_name]._fields[field.inverse_name].type == "many2one"
            and self.env[field.comodel_name]._fields[field.inverse_name].ondelete == "cascade"
        ]

    @api.model
    def _get_lead_models(self, leads):
        """Return the models that know something about opportunities, found in one query."""
        models = [
            model
            for model in self._get_customer_models()
            if (field := model._fields.get("lead_id")) and field.store and field.type == "many2one"
        ]
        for model in models:
            model.flush_model(["lead_id"])
        (found,) = self.env.execute_query(
            SQL(
                "SELECT %s",
                SQL(", ").join(
                    SQL(
                        "EXISTS (SELECT FROM %s WHERE lead_id = ANY(%s))",
                        SQL.identifier(model._table),
                        leads.ids,
                    )
                    for model in models
                ),
            )
        )
        return [model for model, is_found in zip(models, found, strict=True) if is_found]

    @api.model
    def _merge_leads(self, lead, merged):
        """Move what belongs to opportunities that are merged to the one that stays.

        By SQL: what is known stays whole, whoever merges and whatever company it is from.
        """
        self.flush_model(["lead_id"])
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET lead_id = %s WHERE lead_id = ANY(%s)",
                SQL.identifier(self._table),
                lead.id,
                merged.ids,
            )
        )
        self.invalidate_model(["lead_id"])
