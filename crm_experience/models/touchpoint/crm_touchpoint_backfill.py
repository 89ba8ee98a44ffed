import logging

from odoo import api, fields, models
from odoo.addons.crm_experience.models.shared.crm_experience_intake import RESERVED_SOURCE
from odoo.addons.crm_targets.models.crm_indicator_definition import DefinitionError
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2 import OperationalError

from .crm_touchpoint_capture import CAPTURES

_logger = logging.getLogger(__name__)

# Documents of a portion: a second or two of work, after which it is committed.
PORTION = 5000
MODELS = {
    "lead": "crm.lead",
    "meeting": "calendar.event",
    "call": "mail.activity",
    "activity": "mail.activity",
    "mail": "mail.message",
    "quotation": "sale.order",
    "order": "sale.order",
    "invoice": "account.move",
    "survey": "survey.user_input",
    "rating": "rating.rating",
}


class CrmTouchpointBackfill(models.Model):
    """What happened before it was captured, written afterwards, in portions.

    One row per kind of document and per source. A portion is a range of ids, written by the
    same queries as live capture, and where it stopped is kept in the same transaction: so it can
    be stopped anywhere, carries on where it was, and writes nothing twice.
    """

    _name = "crm.touchpoint.backfill"
    _description = "Back-Fill of Touchpoints"
    _order = "source_id, id"

    kind = fields.Selection(
        [
            ("lead", "Opportunities"),
            ("meeting", "Meetings"),
            ("call", "Calls"),
            ("activity", "Activities"),
            ("mail", "Emails"),
            ("quotation", "Quotations"),
            ("order", "Orders"),
            ("invoice", "Invoices and payments"),
            ("survey", "Surveys"),
            ("rating", "Ratings"),
            ("source", "Captured model"),
        ],
        required=True,
        readonly=True,
    )
    source_id = fields.Many2one(
        "crm.touchpoint.source",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="The source whose records are written, for a captured model.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("stopped", "Stopped"),
            ("failed", "Failed"),
        ],
        required=True,
        default="waiting",
        readonly=True,
    )
    last_id = fields.Integer(
        string="Up to ID", readonly=True, help="Documents up to this one are done."
    )
    max_id = fields.Integer(
        string="Last ID",
        readonly=True,
        help="The last document that was there at the beginning; later ones are captured.",
    )
    document_count = fields.Integer(string="Documents Looked At", readonly=True)
    created_count = fields.Integer(string="Touchpoints Written", readonly=True)
    date_start = fields.Datetime(string="Started", readonly=True)
    date_end = fields.Datetime(string="Finished", readonly=True)
    error = fields.Char(readonly=True)
    progress = fields.Float(compute="_compute_progress", help="In percent of the documents.")

    _kind_unique = models.UniqueIndex(
        "(kind, COALESCE(source_id, 0))", "This is back-filled already."
    )

    @api.depends("last_id", "max_id", "state")
    def _compute_progress(self):
        for row in self:
            is_done = row.state == "done" or not row.max_id
            row.progress = 100.0 * row.last_id / row.max_id if not is_done else 100.0
            if row.state == "waiting" and not row.max_id:
                row.progress = 0.0

    @api.depends("kind", "source_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.display_name = row.source_id.name or labels.get(row.kind, "")

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_start_all(self):
        """Back-fill everything that is captured, and show how far it is."""
        self.check_access("write")
        touchpoints = self.env["crm.touchpoint"]
        kinds = [kind for kind in CAPTURES if touchpoints._is_captured(kind)]
        sources = self.env["crm.touchpoint.source"].search([])
        self._start(kinds, sources.filtered(lambda source: source.state == "ready"))
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_touchpoint_backfill_action"
        )

    def action_start(self):
        """Back-fill again from the beginning: what is there already is left alone."""
        self.check_access("write")
        self._reset()
        self._trigger()
        return True

    def action_stop(self):
        """Stop after the portion that is being written; it can be resumed."""
        self.check_access("write")
        # Whoever may back-fill may stop it; the fields are readonly for the screen only.
        self.filtered(lambda row: row.state in ("waiting", "running")).state = "stopped"
        return True

    def action_resume(self):
        """Carry on where it stopped."""
        self.check_access("write")
        self.filtered(lambda row: row.state in ("stopped", "failed")).write(
            {"state": "running", "error": False}
        )
        self._trigger()
        return True

    @api.model
    def _start(self, kinds, sources):
        """Begin with kinds of documents and sources; what is running goes on."""
        known = {(row.kind, row.source_id.id): row for row in self.search([])}
        wanted = [(kind, False) for kind in kinds]
        wanted += [("source", source.id) for source in sources]
        rows = self.browse(known[key].id for key in wanted if key in known)
        rows |= self.create(
            [
                {"kind": kind, "source_id": source_id}
                for kind, source_id in wanted
                if (kind, source_id) not in known
            ]
        )
        rows.filtered(lambda row: row.state != "running")._reset()
        self._trigger()
        return rows

    def _reset(self):
        self.write(
            {
                "state": "waiting",
                "last_id": 0,
                "max_id": 0,
                "document_count": 0,
                "created_count": 0,
                "date_start": False,
                "date_end": False,
                "error": False,
            }
        )

    @api.model
    def _trigger(self):
        # Whoever may back-fill may have it done now, without any right on scheduled actions.
        self.env.ref("crm_experience.ir_cron_backfill").sudo()._trigger()

    # ------------------------------------------------------------
    # Job
    # ------------------------------------------------------------

    @api.model
    def _cron_backfill(self):
        """Write portion by portion and commit each; a job that is killed carries on there."""
        cron = self.env["ir.cron"]
        while row := self._get_next():
            row._write_portion()
            if not cron._commit_progress(1, remaining=int(bool(self._get_next()))):
                break

    @api.model
    def _get_next(self):
        return self.search([("state", "in", ("running", "waiting"))], order="state, id", limit=1)

    @api.model
    def _write_all(self):
        """Write everything at once, in one transaction: for demonstration and tests."""
        while row := self._get_next():
            row._write_portion()

    def _write_portion(self):
        """Write the next range of documents, and keep how far it is."""
        self.ensure_one()
        # Over the documents of everybody: what is captured does not depend on who back-fills.
        row = self.sudo()
        # who stops it meanwhile waits for the portion
        row.lock_for_update()
        try:
            row._prepare()
            low, high, count = row._get_range()
            created = row._insert_range(low, high) if count else 0
        except OperationalError:
            # a conflict: the job runs again and begins with the same portion
            raise
        except UserError as error:
            # an app that is gone, a field that is no more: for the administrator, not for the log
            row.write({"state": "failed", "error": str(error)})
            return
        except Exception as error:
            _logger.exception("Back-fill of %s failed", row.display_name)
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            row.write({"state": "failed", "error": reason})
            return
        is_done = high >= row.max_id
        row.write(
            {
                "state": "done" if is_done else "running",
                "last_id": high,
                "document_count": row.document_count + count,
                "created_count": row.created_count + created,
                "date_end": fields.Datetime.now() if is_done else False,
            }
        )

    def _prepare(self):
        """Look up, at the first portion, how far it is to go.

        :raises UserError: if the source cannot be captured
        """
        if self.source_id:
            try:
                self.source_id._verify()
            except DefinitionError as problem:
                raise UserError(str(problem)) from problem
        if self.state == "waiting":
            ((max_id,),) = self.env.execute_query(
                SQL("SELECT max(id) FROM %s", SQL.identifier(self._get_table()))
            )
            self.write(
                {"state": "running", "max_id": max_id or 0, "date_start": fields.Datetime.now()}
            )

    def _get_table(self):
        return self.env[self.source_id.model_name or MODELS[self.kind]]._table

    def _get_range(self):
        """Return the ids between which the next documents are, and how many these are."""
        query = SQL(
            """SELECT max(id), count(*) FROM (
                   SELECT id FROM %s WHERE id > %s AND id <= %s ORDER BY id LIMIT %s) AS portion""",
            SQL.identifier(self._get_table()),
            self.last_id,
            self.max_id,
            PORTION,
        )
        ((high, count),) = self.env.execute_query(query)
        return self.last_id, high if count == PORTION else self.max_id, count

    def _insert_range(self, low, high):
        """Write what is missing of a range of documents, and return how many rows that was.

        What was captured under another company, by a document that moved since, is not missing;
        nor is what was known about a customer and erased, although the documents are still there.
        """
        touchpoints = self.env["crm.touchpoint"]
        table = SQL.identifier(self._get_table()) if self.source_id else SQL("doc")
        condition = SQL("%(t)s.id > %(low)s AND %(t)s.id <= %(high)s", t=table, low=low, high=high)
        queries = (
            [self.source_id._get_source_history(condition)]
            if self.source_id
            else self.env[MODELS[self.kind]]._get_touchpoint_history(self.kind, condition)
        )
        is_missing = SQL(
            """NOT EXISTS (
                SELECT FROM crm_touchpoint AS captured
                 WHERE captured.res_model = happened.res_model
                   AND captured.res_id = happened.res_id
                   AND captured.source = %s AND captured.external_id = happened.external_id)
            AND NOT EXISTS (
                SELECT FROM res_partner AS erased
                 WHERE erased.id = happened.partner_id
                   AND erased.experience_erased_date >= date_trunc('second', happened.date))""",
            RESERVED_SOURCE,
        )
        limit = touchpoints._get_retention_limit()
        if limit:
            # what would be forgotten again is left in the past
            is_missing = SQL("%s AND (date >= %s OR COALESCE(amount, 0) != 0)", is_missing, limit)
        self.env.flush_all()
        created = 0
        with self.env.cr.savepoint(flush=False):
            for query in queries:
                self.env.cr.execute(touchpoints._get_insert_statement(query, condition=is_missing))
                created += self.env.cr.rowcount
            if self.kind == "rating":
                # also of ratings that were captured before their scores were
                answers = self.env["crm.feedback"]
                self.env.cr.execute(answers._get_ratings_statement(condition))
                answers.invalidate_model()
                answers._remember_answers(self.env.cr.rowcount)
        touchpoints.invalidate_model()
        return created
