from typing import NamedTuple

from odoo import api, models
from odoo.addons.crm_targets.models.crm_indicator_definition import DefinitionError
from odoo.addons.crm_targets.tools.domain_literal import get_conditions
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

# A contact that is the record itself follows it; occurrences stay as they were.
FOLLOW = ("date", "partner_id", "amount", "currency_id", "team_id", "user_id")


class Watch(NamedTuple):
    """What is looked at when a record changes.

    :ivar names: fields on which it depends whether and how a record is a contact
    :ivar change_field: the field each change of which is a contact, or an empty text
    :ivar values: the values to which it must change
    """

    source_id: int
    names: frozenset
    change_field: str
    values: frozenset


class CrmTouchpointSource(models.Model):
    """From a change of a record of any model to a touchpoint."""

    _inherit = "crm.touchpoint.source"

    # ------------------------------------------------------------
    # Noticing
    # ------------------------------------------------------------

    @ormcache("model_name")
    def _get_watches(self, model_name):
        """Return what to look at when a record of the model changes, from the cache."""
        watches = []
        # Who changes a record need not know that it is captured.
        for source in self.sudo().search([("model_name", "=", model_name)]):
            try:
                _model, domain, values = source._verify()
            except DefinitionError:
                # shown on the source; nothing can be captured
                continue
            paths = [condition.field for condition in get_conditions(domain) if not condition.base]
            paths += [
                source[name]
                for name in (
                    *("partner_field", "date_field", "amount_field"),
                    *("team_field", "user_field"),
                )
            ]
            paths += [condition.base[0] for condition in get_conditions(domain) if condition.base]
            names = frozenset(path.split(".")[0] for path in paths if path)
            watches.append(
                Watch(source.id, names, source.change_field or "", values or frozenset())
            )
        return tuple(watches)

    @api.model
    def _notice_created(self, records, vals_list):
        """Remember new records; an occurrence only if they begin with a value that counts."""
        for watch in self._get_watches(records._name):
            found = records
            if watch.change_field:
                field = records._fields[watch.change_field]
                # what is computed later is noticed when it is
                is_computed = field.compute and not field.precompute
                found = records.browse(
                    record.id
                    for record, vals in zip(records, vals_list, strict=True)
                    if not is_computed or watch.change_field in vals
                )
                found = self._filter_value(found, watch)
            self._remember_records(found, watch)

    @api.model
    def _get_before(self, records, names):
        """Return the values of the fields whose change counts, before they change.

        :param names: of the fields that are about to change
        :return: the value of every record by source
        """
        return {
            watch.source_id: {
                record.id: self._get_value(record, watch.change_field) for record in records
            }
            for watch in self._get_watches(records._name)
            if watch.change_field and watch.change_field in names
        }

    @api.model
    def _notice_changed(self, records, names, before):
        """Remember records of which something has changed that counts."""
        for watch in self._get_watches(records._name):
            if watch.change_field:
                old = before.get(watch.source_id, {})
                found = self._filter_value(
                    records.browse(record.id for record in records if record.id in old), watch
                ).filtered(
                    lambda record, old=old, name=watch.change_field: (
                        self._get_value(record, name) != old[record.id]
                    )
                )
                self._remember_records(found, watch)
            elif not watch.names.isdisjoint(names):
                self._remember_records(records, watch)

    @api.model
    def _filter_value(self, records, watch):
        return records.filtered(
            lambda record: self._get_value(record, watch.change_field) in watch.values
        )

    @api.model
    def _get_value(self, record, name):
        """Return the value of a field as it is compared; it is not shown to anybody."""
        value = record.sudo()[name]
        return value.id if record._fields[name].type == "many2one" else value

    @api.model
    def _remember_records(self, records, watch):
        self.env["crm.touchpoint"]._remember(
            records._name, records.ids, "document", source_id=watch.source_id
        )

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    def _get_live_statements(self, events):
        """Return the SQL that writes what happened to records, see ``crm.touchpoint``."""
        self.ensure_one()
        touchpoints = self.env["crm.touchpoint"]
        if not self.change_field:
            condition = self._get_ids_condition({event["id"] for event in events})
            return [
                touchpoints._get_insert_statement(
                    self._get_rows_query(condition, SQL("NULL::timestamp")), follow=FOLLOW
                )
            ]
        rows = SQL(", ").join(
            SQL("(%s, %s::timestamp, %s)", event["id"], event["date"], position)
            for position, event in enumerate(events)
        )
        return [touchpoints._get_insert_statement(self._get_occurrence_query(rows))]

    def _get_ids_condition(self, ids):
        table = self.env[self.model_name]._table
        return SQL("%s = ANY(%s)", SQL.identifier(table, "id"), sorted(ids))

    def _get_rows_query(self, condition, date):
        """Return one row for each record that fits.

        :param condition: SQL on the table of the model
        :param date: SQL of the moment, or of NULL for the date of the record
        """
        query, columns = self._prepare_query(condition, date)
        record = SQL.identifier(query.table, "id")
        external_id = SQL("concat('document:', %s, ':', %s)", self.id, record)
        return query.select(
            self.env["crm.touchpoint"]._get_captured_columns(external_id=external_id, **columns)
        )

    def _get_occurrence_query(self, rows):
        """Return a row for each of several events of the records that fit.

        :param rows: SQL of values of record, date and position
        """
        touchpoints = self.env["crm.touchpoint"]
        query, columns = self._prepare_query(SQL("TRUE"), SQL("event.date"))
        record = SQL.identifier(query.table, "id")
        query.add_join(
            *("JOIN", "event"),
            SQL("(SELECT * FROM (VALUES %s) AS happened(id, date, position))", rows),
            SQL("event.id = %s", record),
        )
        number = touchpoints._get_number_sql(
            self.model_name, record, SQL("'document'"), SQL("event.position"), self.id
        )
        external_id = SQL("concat('document:', %s, ':', %s, ':', %s)", self.id, record, number)
        return query.select(
            touchpoints._get_captured_columns(
                external_id=external_id, position=SQL("event.position"), **columns
            )
        )

    def _prepare_query(self, condition, date):
        """Return the query of the records that fit, and what their rows have in common.

        Over the records of everybody: who changes a record captures it, whatever they may see.
        What may be captured was checked with the rights of whoever defined the source.
        """
        source = self.sudo()
        _model, domain, _values = source._verify()
        # the same records are found whatever the context of whoever changes one
        model = self.env[source.model_name].sudo().with_context(active_test=True, lang=None)
        query = model._search(Domain(domain), bypass_access=True)
        query.add_where(condition)

        def path(name):
            return source._get_path_sql(model, source[name], query)

        table = query.table
        team, user = path("team_field"), path("user_field")
        for alias, target, column in (
            ("captured_team", "crm_team", team),
            ("captured_person", "res_users", user),
            ("captured_creator", "res_users", self._get_creator_sql(model, table)),
        ):
            query.add_join(
                *("LEFT JOIN", alias, target), SQL("%s = %s", SQL.identifier(alias, "id"), column)
            )
        companies = [path("company_field")] if source.company_field else []
        companies += [
            SQL.identifier(alias, "company_id")
            for alias in ("captured_team", "captured_person", "captured_creator")
        ]
        company = SQL("COALESCE(%s, %s)", SQL(", ").join(companies), self.env.company.id)
        amount, currency = source._get_amount_sql(model, query, company)
        return query, {
            "event": "document",
            "date": SQL("COALESCE(%s, %s)", date, source._get_date_sql(model, query)),
            "company_id": company,
            "partner_id": path("partner_field"),
            "channel_id": source.channel_id.id,
            "stage_id": source.stage_id.id or None,
            "direction": source.direction,
            "purpose": source.purpose or None,
            "amount": amount,
            "currency_id": currency,
            "team_id": team,
            "user_id": user,
            "res_model": source.model_name,
            "res_id": SQL.identifier(table, "id"),
            "capture_source_id": source.id,
        }

    @api.model
    def _get_path_sql(self, model, path, query):
        return self.env["crm.indicator"]._get_path_sql(model, path, query)

    @api.model
    def _get_creator_sql(self, model, table):
        return SQL.identifier(table, "create_uid") if model._log_access else SQL("NULL::int")

    def _get_date_sql(self, model, query):
        """Return the moment of a record; a date without a time counts as noon."""
        date = self._get_path_sql(model, self.date_field, query)
        if self.env["crm.indicator"]._get_path_type(model, self.date_field) == "date":
            return SQL("%s + interval '12 hours'", date)
        return SQL("%s::timestamp", date)

    def _get_amount_sql(self, model, query, company):
        """Return amount and currency of a record, in that of its company if it has none."""
        if not self.amount_field:
            return None, None
        *hops, name = self.amount_field.split(".")
        owner = self.env[model._fields[hops[0]].comodel_name] if hops else model
        field = owner._fields[name]
        own = SQL("NULL::int")
        if field.type == "monetary":
            currency_field = field.get_currency_field(owner)
            if currency_field and owner._fields[currency_field].store:
                own = self._get_path_sql(model, ".".join([*hops, currency_field]), query)
        return self._get_path_sql(model, self.amount_field, query), SQL(
            "COALESCE(%s, (SELECT currency_id FROM res_company WHERE id = %s))", own, company
        )

    # ------------------------------------------------------------
    # History
    # ------------------------------------------------------------

    def _get_source_history(self, condition):
        """Return the query of records that were there before the source was.

        Of changes that nobody captured only the last is known: a record that has one of the
        values now, and of which the source has captured nothing yet, counts once.
        """
        if not self.change_field:
            return self._get_rows_query(condition, SQL("NULL::timestamp"))
        table = self.env[self.model_name]._table
        condition = SQL(
            """%s AND %s AND NOT EXISTS (
                SELECT FROM crm_touchpoint AS captured
                 WHERE captured.res_model = %s AND captured.res_id = %s
                   AND captured.capture_source_id = %s)""",
            condition,
            self._get_value_condition(),
            self.model_name,
            SQL.identifier(table, "id"),
            self.id,
        )
        query, columns = self._prepare_query(condition, SQL("NULL::timestamp"))
        external_id = SQL(
            "concat('document:', %s, ':', %s, ':1')", self.id, SQL.identifier(query.table, "id")
        )
        return query.select(
            self.env["crm.touchpoint"]._get_captured_columns(external_id=external_id, **columns)
        )

    def _get_value_condition(self):
        """Return SQL that finds the records that have one of the values that count."""
        values = self._verify()[2]
        column = SQL.identifier(self.env[self.model_name]._table, self.change_field)
        # an unchecked box may be NULL
        is_unset = SQL(" OR %s IS NULL", column) if False in values else SQL()
        return SQL("(%s = ANY(%s)%s)", column, sorted(values), is_unset)
