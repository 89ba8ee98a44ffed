import logging

from odoo import api, fields, models
from odoo.addons.crm_experience.models.shared.crm_experience_intake import RESERVED_SOURCE
from odoo.tools import SQL
from psycopg2 import Error, OperationalError

_logger = logging.getLogger(__name__)

PENDING = "crm_experience.capture"
PARAMETER = "crm_experience.capture_%s"
# What is captured, as it is switched in the settings.
CAPTURES = (
    *("lead", "meeting", "call", "activity", "mail", "quotation", "order", "invoice"),
    *("survey", "rating"),
)
# What a query of captured rows selects, and `position`: the order of the events of a document.
COLUMNS = (
    *("external_id", "event", "date", "company_id", "partner_id", "lead_id", "lead_stage_id"),
    *("channel_id", "stage_id", "direction", "purpose", "amount", "currency_id"),
    *("team_id", "user_id", "res_model", "res_id", "capture_source_id"),
)
ALL_COLUMNS = SQL(", ").join(map(SQL.identifier, COLUMNS))
# a moment has no fractions of a second, as everywhere in Odoo
ALL_VALUES = SQL(ALL_COLUMNS.code.replace('"date"', "date_trunc('second', date)"))
DEFAULTS = {"direction": "in", "purpose": "sale"}
SAVEPOINT = SQL.identifier("crm_experience_capture")
NOW = SQL("(now() AT TIME ZONE 'UTC')")


class CrmTouchpoint(models.Model):
    """Capture from Odoo's own documents.

    The documents only remember what happened. It is written just before the commit: every kind
    of document gives a query over its own table, all of them go in by ``INSERT … SELECT``, and
    the whole of it is one round trip to the database. The back-fill of history runs the same
    queries, so that both give the same rows. Identity is derived from the document, so that
    nothing is counted twice. No text of a document is copied: who may not read the document
    learns no more than that there was a contact.
    """

    _inherit = "crm.touchpoint"

    # ------------------------------------------------------------
    # Remembering
    # ------------------------------------------------------------

    @api.model
    def _is_captured(self, kind):
        """Tell whether a kind of document is captured; answered from the cache."""
        return self.env["ir.config_parameter"].sudo().get_param(PARAMETER % kind) == "True"

    @api.model
    def _remember(self, model, ids, event, **values):
        """Remember until the commit what happened to documents.

        :param model: of the documents; it has ``_get_touchpoint_statements(events)``
        :param event: one of the field ``event``, or a word that the model understands
        """
        if not ids:
            return
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            # Also those capture who have no right on touchpoints; what is written follows
            # from the document alone, and the document was changed with the user's rights.
            precommit.add(self.sudo()._write_remembered)
        now = fields.Datetime.now()
        precommit.data.setdefault(PENDING, []).extend(
            {"model": model, "id": record_id, "event": event, "date": now, **values}
            for record_id in ids
        )

    @api.model
    def _write_remembered(self):
        """Write what the transaction remembered; an error here must not undo its work."""
        # what is computed now may have to be remembered, too
        self.env.flush_all()
        events = self.env.cr.precommit.data.pop(PENDING, [])
        by_origin = {}
        for event in events:
            by_origin.setdefault((event.get("source_id", 0), event["model"]), []).append(event)
        # Odoo's own documents together, every configured source for itself: a broken one of
        # these does not take the others along.
        self._write_guarded(
            {model: found for (source_id, model), found in by_origin.items() if not source_id}
        )
        for (source_id, model), found in by_origin.items():
            if source_id:
                self._write_guarded({model: found}, source_id)
        self.invalidate_model()
        self.env["crm.feedback"].invalidate_model()

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _write_guarded(self, events_by_model, source_id=None):
        """Write the events of documents in one round trip, with the savepoint that guards it."""
        try:
            statements = [
                statement
                for model, events in events_by_model.items()
                for statement in self._get_statements(model, events, source_id)
            ]
            if statements:
                begin, end = SQL("SAVEPOINT %s", SAVEPOINT), SQL("RELEASE SAVEPOINT %s", SAVEPOINT)
                self.env.cr.execute(SQL("; ").join([begin, *statements, end]), log_exceptions=False)
        except OperationalError:
            # a conflict with another transaction: Odoo runs the whole request again
            raise
        except Exception as error:
            # The order or the opportunity is worth more than its trace on the timeline.
            # The error is reported, the document is saved.
            count = sum(map(len, events_by_model.values()))
            _logger.exception("Could not capture %s touchpoints", count)
            if isinstance(error, Error) and error.pgcode:
                # raised by the database, so behind the savepoint
                self.env.cr.execute(SQL("ROLLBACK TO SAVEPOINT %s", SAVEPOINT))

    @api.model
    def _get_statements(self, model, events, source_id):
        if source_id:
            return self.env["crm.touchpoint.source"].browse(source_id)._get_live_statements(events)
        return self.env[model]._get_touchpoint_statements(events)

    @api.model
    def _get_history_statement(self, model, kind, events):
        """Return the SQL that writes documents as their history is written.

        For documents that happen once and have nothing to follow later.

        :param model: of the documents; it has ``_get_touchpoint_history(kind, condition)``
        """
        condition = SQL("doc.id = ANY(%s)", sorted({event["id"] for event in events}))
        queries = self.env[model]._get_touchpoint_history(kind, condition)
        return self._get_insert_statement(SQL(" UNION ALL ").join(queries))

    @api.model
    def _get_captured_columns(self, **columns):
        """Return what a query of captured rows selects.

        :param columns: a value or SQL by name, out of ``COLUMNS``; ``position`` if a document
            has several events in an order
        """
        unknown = columns.keys() - {*COLUMNS, "position"}
        if unknown:
            raise ValueError(f"No columns of a captured row: {unknown}")
        # one piece of SQL, not a piece for every column: it is made with every document
        types = {name: self._fields[name].column_type[1] for name in COLUMNS}
        return SQL(
            ", ".join(f'CAST(%s AS {kind}) AS "{name}"' for name, kind in types.items())
            + ", CAST(%s AS bigint) AS position",
            *(columns.get(name, DEFAULTS.get(name)) for name in COLUMNS),
            columns.get("position", 0),
        )

    @api.model
    def _get_insert_statement(self, query, follow=(), condition=None):
        """Return the statement that writes the rows of a query that are not there yet.

        Rows without a customer, a channel or a date are left out.

        :param query: selects what ``_get_captured_columns`` returns
        :param follow: columns in which a row that is there already follows its document
        :param condition: SQL on the rows, which are called ``happened``
        """
        conflict = "DO NOTHING"
        if follow:
            own = ", ".join(f'crm_touchpoint."{name}"' for name in follow)
            new = ", ".join(f'excluded."{name}"' for name in follow)
            conflict = f"""DO UPDATE SET ({", ".join(follow)}, write_date)
                        = ROW({new}, excluded.write_date)
                    WHERE ({own}) IS DISTINCT FROM ({new})"""
        # in an order that is the same for all: two transactions never wait in a circle
        return SQL(
            """INSERT INTO crm_touchpoint
                      (source, %(columns)s, create_uid, write_uid, create_date, write_date)
               SELECT %(source)s, %(values)s, %(uid)s, %(uid)s, %(now)s, %(now)s
                 FROM (%(query)s) AS happened
                WHERE channel_id IS NOT NULL AND company_id IS NOT NULL AND date IS NOT NULL
                  AND (partner_id IS NOT NULL OR lead_id IS NOT NULL) AND %(condition)s
                ORDER BY company_id, res_id, position, external_id
                   ON CONFLICT (company_id, source, external_id) WHERE external_id IS NOT NULL
                   %(conflict)s""",
            columns=ALL_COLUMNS,
            values=ALL_VALUES,
            source=RESERVED_SOURCE,
            uid=self.env.uid,
            now=NOW,
            query=query,
            condition=condition or SQL("TRUE"),
            conflict=SQL(conflict),
        )

    @api.model
    def _get_number_sql(self, model, record, event, order, source_id=None):
        """Return the number of an event that may happen to a document again and again.

        Its external id ends in this number: an opportunity that is won, reopened and won again
        counts twice. The number is cut out, not looked for by a condition: a pattern in a condition
        makes PostgreSQL try it on its statistics, each time that it plans the statement.

        :param record, event, order: SQL of the id of the document, of the event, and of what
            comes first among several new ones
        """
        return SQL(
            """COALESCE((
                SELECT max(substring(numbered.external_id
                                     FROM '^[^:]+:[^:]+:[^:]+:([0-9]{1,9})$')::int)
                  FROM crm_touchpoint AS numbered
                 WHERE numbered.res_model = %(model)s AND numbered.res_id = %(record)s
                   AND numbered.source = %(source)s AND numbered.event = %(event)s
                   AND numbered.capture_source_id IS NOT DISTINCT FROM %(source_id)s::int), 0)
               + row_number() OVER (PARTITION BY %(record)s, %(event)s ORDER BY %(order)s)""",
            model=model,
            record=record,
            source=RESERVED_SOURCE,
            event=event,
            source_id=source_id,
            order=order,
        )

    # ------------------------------------------------------------
    # Vocabulary
    # ------------------------------------------------------------

    @api.model
    def _get_shipped(self, kind, code):
        """Return the id of a shipped channel or stage, whatever its code is today."""
        return self.env["ir.model.data"]._xmlid_to_res_id(
            f"crm_experience.crm_{kind}_{code}", raise_if_not_found=False
        )

    @api.model
    def _get_team_channel_sql(self, team):
        """Return the channel through which a team, or no team, meets customers."""
        return SQL(
            "COALESCE(%s, %s)",
            SQL.identifier(team, "touchpoint_channel_id"),
            self._get_shipped("touchpoint_channel", "sales") or None,
        )
