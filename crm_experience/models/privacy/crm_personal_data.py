from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

# Of the framework, or a secret: nothing that is known about the customer.
TECHNICAL_FIELDS = {
    *("access_token", "company_id", "create_uid", "display_name", "write_date", "write_uid"),
}
TECHNICAL_PREFIXES = ("activity_", "message_", "my_activity_", "rating_", "website_message_")
MESSAGE_FIELDS = ("date", "author_id", "email_from", "subject", "body")
ACTIVITY_FIELDS = ("activity_type_id", "summary", "note", "date_deadline", "user_id", "active")
ATTACHMENT_FIELDS = ("name", "mimetype", "file_size")


class CrmPersonalData(models.AbstractModel):
    """Records as plain values with readable words, to be handed out to whom they are about."""

    _name = "crm.personal.data"
    _description = "Personal Data"

    @api.model
    def _prepare_section(self, partner, model, with_content):
        """Return what the user may read of one model about the customer; None if nothing."""
        domain = model._get_customer_domain(partner)
        records = model.browse()
        if model.has_access("read"):
            records = model.search(domain, order="id")
        # Only a number is told about what the user may not read, in companies of the user.
        everything = model.sudo().search_count(
            domain & model._get_company_domain(self.env.companies)
        )
        left_out = everything - len(records)
        if not (records or left_out > 0):
            return None
        names = self._get_field_names(model)
        if len(model._get_customer_fields()) == 1:
            names.remove("partner_id")
        labels = model.fields_get(names, ["string"])
        section = {
            "model": model._name,
            # the name of a model is no secret
            "name": model.env["ir.model"]._get(model._name).sudo().name,
            "fields": {name: labels[name]["string"] for name in names},
            "rows": self._prepare_rows(records, names),
        }
        section |= self._prepare_attached(records, with_content)
        if left_out > 0:
            section["left_out"] = left_out
        return section

    @api.model
    def _get_field_names(self, model):
        """Return the fields of a model that say something, as far as the user may read them."""
        parts = [
            name
            for name in getattr(model, "_get_parts", list)()
            if self.env[model._fields[name].comodel_name].has_access("read")
        ]
        return [
            name
            for name in model.fields_get(attributes=["type"])
            if (field := model._fields[name])
            and name not in TECHNICAL_FIELDS
            and not name.startswith(TECHNICAL_PREFIXES)
            and not (field.related and not field.store)
            and (field.store or field.type in ("one2many", "many2many"))
            and field.type not in ("binary", "image", "json")
            and not (field.type == "one2many" and name not in parts)
        ]

    @api.model
    def _prepare_rows(self, records, names):
        """Return the records as dictionaries; what is empty is an absent key."""
        fields = {name: records._fields[name] for name in names}
        parts = {
            name: self._prepare_parts(records, field)
            for name, field in fields.items()
            if field.type == "one2many" and records
        }
        rows = []
        for values in records.read(names):
            row = {"id": values["id"]}
            for name, field in fields.items():
                if name in parts:
                    value = [parts[name][part_id] for part_id in values[name]]
                else:
                    value = self._prepare_value(records, field, values[name])
                if value or field.type in ("boolean", "integer", "float", "monetary"):
                    row[name] = value
            rows.append(row)
        return rows

    @api.model
    def _prepare_parts(self, records, field):
        """Return the rows of the parts of all records, by id."""
        parts = records[field.name]
        names = [name for name in self._get_field_names(parts) if name != field.inverse_name]
        return {row["id"]: row for row in self._prepare_rows(parts, names)}

    @api.model
    def _prepare_value(self, records, field, value):
        """Return a value as `read` gives it, in words where it is a key."""
        kind = field.type
        if kind in ("many2one", "reference"):
            value = value[1] if isinstance(value, tuple) else value
        elif kind == "many2many":
            value = records.env[field.comodel_name].browse(value).sudo().mapped("display_name")
        elif kind == "selection":
            value = dict(field._description_selection(records.env)).get(value, value)
        elif kind == "html":
            value = html2plaintext(value or "").strip()
        elif kind in ("date", "datetime"):
            value = field.to_string(value)
        elif kind == "properties":
            value = {
                entry["string"]: self._prepare_property(entry)
                for entry in value or []
                if entry.get("value") and entry["type"] != "separator"
            }
        return value

    @api.model
    def _prepare_property(self, entry):
        """Return the value of an own field, in words where it is a key."""
        value, kind = entry["value"], entry["type"]
        if kind == "selection":
            return dict(entry.get("selection") or []).get(value, value)
        if kind == "tags":
            labels = {tag[0]: tag[1] for tag in entry.get("tags") or []}
            return [labels.get(tag, tag) for tag in value]
        if kind == "many2one":
            return value[1]
        if kind == "many2many":
            return [row[1] for row in value]
        return value

    @api.model
    def _prepare_attached(self, records, with_content):
        """Return the messages, activities and attachments of records."""
        attached = {}
        on_records = Domain("res_id", "in", records.ids)
        if "message_ids" in records._fields:
            messages = self.env["mail.message"].search(
                on_records & Domain("model", "=", records._name), order="id"
            )
            attached["messages"] = self._prepare_rows(messages, MESSAGE_FIELDS)
        if "activity_ids" in records._fields:
            activities = (
                self.env["mail.activity"]
                .with_context(active_test=False)
                .search(on_records & Domain("res_model", "=", records._name), order="id")
            )
            attached["activities"] = self._prepare_rows(activities, ACTIVITY_FIELDS)
        # also those that are the value of a field, which core leaves out if nobody asks for them
        attachments = self.env["ir.attachment"].search(
            on_records
            & Domain("res_model", "=", records._name)
            & (Domain("res_field", "=", False) | Domain("res_field", "!=", False)),
            order="id",
        )
        names = (*ATTACHMENT_FIELDS, "datas") if with_content else ATTACHMENT_FIELDS
        attached["attachments"] = [
            {
                key: value.decode() if isinstance(value, bytes) else value
                for key, value in row.items()
            }
            for row in attachments.read(names)
        ]
        return {key: rows for key, rows in attached.items() if rows}
