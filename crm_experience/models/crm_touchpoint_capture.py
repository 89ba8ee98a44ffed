import logging
from operator import itemgetter

from odoo import api, fields, models
from odoo.tools import SQL
from psycopg2 import OperationalError
from psycopg2.extensions import AsIs

from .crm_experience_intake import RESERVED_SOURCE

_logger = logging.getLogger(__name__)

PENDING = "crm_experience.capture"
PARAMETER = "crm_experience.capture_%s"
ORDINAL = 4


class CrmTouchpoint(models.Model):
    """Capture from Odoo's own documents.

    The documents only remember what happened; it is written just before the commit, set-wise
    and with at most one statement per kind of document. Identity is derived from the document,
    so that nothing is counted twice. No text of a document is copied: who may not read the
    document learns no more than that there was a contact.
    """

    _inherit = "crm.touchpoint"

    event = fields.Selection(
        [
            ("lead_created", "Opportunity created"),
            ("lead_stage", "Opportunity moved to another stage"),
            ("lead_won", "Opportunity won"),
            ("lead_lost", "Opportunity lost"),
            ("meeting", "Meeting"),
            ("order", "Order confirmed"),
            ("payment", "Invoice paid"),
            ("call", "Call"),
            ("activity", "Activity done"),
            ("mail_in", "Email received"),
            ("mail_out", "Email sent"),
            ("quotation", "Quotation sent"),
            ("invoice", "Invoice posted"),
            ("survey", "Survey answered"),
            ("rating", "Rating given"),
            ("document", "Captured document"),
        ],
        string="Captured Event",
        readonly=True,
        copy=False,
        help="What Odoo captured by itself; empty for everything else.",
    )
    lead_stage_id = fields.Many2one(
        "crm.stage", string="Pipeline Stage", readonly=True, copy=False, ondelete="set null"
    )
    capture_source_id = fields.Many2one(
        "crm.touchpoint.source",
        string="Captured By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The source that captured it from a model of another app.",
    )

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

        :param model: of the documents; it has ``_prepare_touchpoints(events)``
        :param event: one of the field ``event``, or ``partner`` for an opportunity that got
            its customer
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
        events = self.env.cr.precommit.data.pop(PENDING, [])
        self.env.flush_all()
        try:
            with self.env.cr.savepoint(flush=False):
                self._write_captured(events)
        except OperationalError:
            # a conflict with another transaction: Odoo runs the whole request again
            raise
        except Exception:
            # The order or the opportunity is worth more than its trace on the timeline.
            # The error is reported, the document is saved.
            _logger.exception("Could not capture %s touchpoints", len(events))
            self.env.invalidate_all(flush=False)

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _write_captured(self, events):
        """Write events of all kinds of documents."""
        by_model = {}
        for event in events:
            by_model.setdefault(event["model"], []).append(event)
        for model, model_events in by_model.items():
            ids = {event["id"] for event in model_events}
            self.env[model].browse(ids)._write_touchpoints(model_events)
        self.env.flush_all()

    @api.model
    def _prepare_captured_values(self, values):
        """Complete the columns of one captured touchpoint."""
        columns = {
            "source": RESERVED_SOURCE,
            "partner_id": None,
            "lead_id": None,
            "lead_stage_id": None,
            "stage_id": None,
            "direction": "in",
            "purpose": "sale",
            "amount": None,
            "currency_id": None,
            "team_id": None,
            "user_id": None,
        } | values
        # A document whose makers are gone may have no company: it counts for where it is changed.
        columns["company_id"] = columns["company_id"] or self.env.company.id
        # an empty many2one is False
        return {key: value or None for key, value in columns.items()}

    @api.model
    def _write_captured_rows(self, values_list, follow=()):
        """Insert rows that are not there yet; those that are take over ``follow``.

        :param values_list: column values; rows without channel are left out
        :param follow: columns in which a row follows its document
        """
        rows = {}
        for values in map(self._prepare_captured_values, values_list):
            if values["channel_id"] and (values["partner_id"] or values["lead_id"]):
                rows[values["company_id"], values["external_id"]] = values
        if not rows:
            return
        self.flush_model()
        # by document, in the order in which it happened to the document
        values_list = sorted(rows.values(), key=itemgetter("company_id", "res_id"))
        columns = list(values_list[0])
        pick = itemgetter(*columns)
        now = AsIs("(now() AT TIME ZONE 'UTC')")
        tail = (self.env.uid, self.env.uid, now, now)
        update = SQL(", ").join(
            SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name))
            for name in (*follow, "write_date")
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_touchpoint (%s) VALUES %s
                   ON CONFLICT (company_id, source, external_id) WHERE external_id IS NOT NULL
                   %s""",
                SQL(", ").join(
                    SQL.identifier(name)
                    for name in (*columns, "create_uid", "write_uid", "create_date", "write_date")
                ),
                SQL(", ".join(["%s"] * len(values_list)), *(pick(v) + tail for v in values_list)),
                SQL("DO UPDATE SET %s", update) if follow else SQL("DO NOTHING"),
            )
        )
        self.invalidate_model()

    @api.model
    def _get_ordinals(self, records):
        """Return the highest numbers of the events of documents, by event, by document.

        The external id of an event that may happen again ends in its number: an opportunity
        that is won, reopened and won again counts twice. A document that is gone is absent.
        """
        query = SQL(
            """SELECT document.id, event, max(split_part(external_id, ':', %s)::int)
                 FROM %s AS document
                 LEFT JOIN crm_touchpoint ON res_model = %s AND res_id = document.id
                  AND source = %s AND external_id ~ '^[^:]+:[0-9]+:[^:]+:[0-9]+$'
                WHERE document.id = ANY(%s)
                GROUP BY document.id, event""",
            ORDINAL,
            SQL.identifier(records._table),
            records._name,
            RESERVED_SOURCE,
            records.ids,
        )
        ordinals = {}
        for record_id, event, number in self.env.execute_query(query):
            ordinals.setdefault(record_id, {})[event] = number
        return ordinals

    # ------------------------------------------------------------
    # Vocabulary
    # ------------------------------------------------------------

    @api.model
    def _get_shipped(self, kind, code):
        """Return the id of a shipped channel or stage, whatever its code is today."""
        return self.env["ir.model.data"]._xmlid_to_res_id(
            f"crm_experience.crm_{kind}_{code}", raise_if_not_found=False
        )
