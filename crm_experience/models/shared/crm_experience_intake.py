import json
from operator import itemgetter

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.intake import IntakeError, parse_item
from odoo.exceptions import UserError
from odoo.tools import SQL, LazyTranslate
from psycopg2.errors import SerializationFailure

_lt = LazyTranslate(__name__)

MAX_ITEMS = 1000
# How often others may come first with some of the same items, all within one call.
MAX_RACES = 20
# of what Odoo captures by itself
RESERVED_SOURCE = "odoo"
_IDENTITY = itemgetter("source", "external_id")

SENTENCES = {
    "ambiguous": _lt(
        "More than one customer has the %(key)s “%(value)s”. Send partner_id instead."
    ),
    "characters": _lt("“%(key)s” holds characters that cannot be stored."),
    "choice": _lt("“%(value)s” is not allowed in “%(key)s”. Use one of: %(choices)s."),
    "company": _lt("The record %(value)s in “%(key)s” belongs to another company."),
    "currency": _lt("There is no active currency “%(value)s”. Use a code such as EUR."),
    "date": _lt(
        "“%(value)s” in “%(key)s” is not a date. "
        "Use 2026-01-31 10:00:00 or 2026-01-31T10:00:00Z, in UTC."
    ),
    "email": _lt("“%(value)s” is not an email address."),
    "erased": _lt(
        "What was known about this customer was erased on %(date)s (UTC). "
        "Nothing from before is written again."
    ),
    "half_gap": _lt("Send expectation and experience together: the gap needs both."),
    "id": _lt("“%(value)s” in “%(key)s” is not the id of a record."),
    "long": _lt("“%(key)s” has %(length)s characters, the limit is %(limit)s."),
    "many_partners": _lt("Send only one of these: %(keys)s."),
    "missing": _lt("“%(key)s” is missing."),
    "no_partner": _lt("Whose is it? Send one of partner_id, email, phone or ref."),
    "no_record": _lt("There is no record %(value)s for “%(key)s”."),
    "not_a_dict": _lt("Every item must be a dictionary of values."),
    "number": _lt("“%(key)s” must be a number."),
    "off_scale": _lt("%(value)s is not an answer on the scale of %(metric)s (%(low)s–%(high)s)."),
    "phone": _lt("“%(value)s” is not a phone number. Send it with its country, such as +44."),
    "range": _lt("“%(key)s” must be between %(low)s and %(high)s."),
    "reserved": _lt("The source “%(value)s” is kept for what Odoo captures by itself."),
    "term": _lt("“%(value)s” in “%(key)s” is unknown or archived."),
    "text": _lt("“%(key)s” must be text."),
    "unknown_key": _lt("“%(key)s” is not a known key."),
    "unknown_partner": _lt("No customer that you may read has the %(key)s “%(value)s”."),
    "useless": _lt("“%(key)s” does not belong to the metric %(metric)s."),
    "year": _lt("“%(value)s” in “%(key)s” is not between the years %(low)s and %(high)s."),
}


class CrmExperienceIntake(models.AbstractModel):
    """Set-wise and repeatable writing of what comes in from outside.

    One call takes up to 1,000 items. Each is answered for itself, in the same order; a
    bad item never loses the others. The number of queries does not depend on the number
    of items. Rows are written by one ``INSERT … ON CONFLICT DO NOTHING``: an item is
    recognised by company, source and external id, so that sending it again is harmless,
    also when two clients send it at the same moment. This bypasses ``create``: an
    override of ``create`` does not see these rows.
    """

    _name = "crm.experience.intake"
    _inherit = ["crm.customer.record"]
    _description = "Intake of Outside Events"
    _identity = ("source", "external_id")

    source = fields.Char(
        required=True,
        default="manual",
        copy=False,
        readonly=True,
        help="The system that it came from.",
    )
    external_id = fields.Char(
        string="External ID",
        copy=False,
        readonly=True,
        help="Its id in the system that it came from. With the source and the company it "
        "makes sure that nothing is counted twice.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )

    # no partner in this key: merging contacts would break on it
    _external_unique = models.UniqueIndex(
        "(company_id, source, external_id) WHERE external_id IS NOT NULL",
        "This event of the source is recorded already.",
    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        self._check_identity(vals)
        return super().write(vals)

    def _check_identity(self, vals):
        """Where a row came from stays as it is: else it would come in a second time.

        Merging and capture, which have all rights, may move it along with its document.
        """
        names = () if self.env.su else [name for name in self._identity if name in vals]
        if any((row[name] or False) != (vals[name] or False) for row in self for name in names):
            raise UserError(self.env._("Where this came from cannot be changed."))

    # ------------------------------------------------------------
    # Intake
    # ------------------------------------------------------------

    @api.model
    def _get_intake_fields(self):
        """Return the parser of every key that an item may have."""
        raise NotImplementedError

    @api.model
    def _prepare_intake_values(self, item, references):
        """Return the column values of a parsed item.

        :raises IntakeError: if the item does not fit
        """
        raise NotImplementedError

    @api.model
    def _intake(self, items):
        """Write ``items`` and answer each of them, see the class."""
        self._check_items(items)
        self.browse().check_access("create")
        prepared = self._prepare_items(
            items, self._get_intake_fields(), self._prepare_intake_values
        )
        rows = {}
        for values in prepared:
            if isinstance(values, dict):
                rows.setdefault(_IDENTITY(values), values)
        return self._get_answers(prepared, _IDENTITY, *self._insert_rows(rows))

    @api.model
    def _check_items(self, items):
        if not isinstance(items, (list, tuple)):
            raise UserError(self.env._("Send a list of items."))
        if len(items) > MAX_ITEMS:
            raise UserError(
                self.env._(
                    "Send at most %(limit)s items in one call, these are %(count)s.",
                    limit=MAX_ITEMS,
                    count=len(items),
                )
            )

    @api.model
    def _prepare_items(self, items, intake_fields, prepare, look_up=None):
        """Return for every item its column values, or the :class:`IntakeError` that it is.

        :param prepare: gives the values of a parsed item, from it and what all of them refer to
        :param look_up: from the parsed items to more references than :meth:`_get_references` has
        """
        parsed = [self._catch(parse_item, item, intake_fields) for item in items]
        good = [item for item in parsed if isinstance(item, dict)]
        references = self._get_references(good) | (look_up(good) if look_up else {})
        return [
            self._catch(prepare, item, references) if isinstance(item, dict) else item
            for item in parsed
        ]

    @api.model
    def _catch(self, function, *args):
        """Call ``function`` and return its result, or the error as a value."""
        try:
            return function(*args)
        except IntakeError as error:
            return error

    @api.model
    def _word_error(self, error):
        """Return the sentence of an :class:`IntakeError` in the language of the user."""
        # A lazy text takes its values only once it is translated.
        # pylint: disable-next=translation-not-lazy
        return self.env._(SENTENCES[error.code]) % error.values

    @api.model
    def _get_answers(self, prepared, identity, created, existing):
        """Word the outcome of every item; the first of several equal ones is the created.

        :param prepared: column values, or errors
        :param identity: from values to what they are known by in ``created`` and ``existing``
        """
        fresh = set(created)
        answers = []
        for values in prepared:
            if isinstance(values, IntakeError):
                sentence = self._word_error(values)
                answers.append({"status": "error", "id": False, "error": sentence})
                continue
            key = identity(values)
            status = "created" if key in fresh else "existing"
            fresh.discard(key)
            row_id = created.get(key) or existing[key]
            answers.append({"status": status, "id": row_id, "error": ""})
        return answers

    @api.model
    def _insert_rows(self, rows):
        """Write rows that are not there yet, in a constant number of queries.

        :param rows: values of the columns by (source, external id); all rows have the
            same columns and the company of the environment
        :return: ids of the new rows and ids of those that were there, by key
        """
        if not rows:
            return {}, {}
        self.flush_model(["company_id", "source", "external_id"])
        # looked up first, so that sending again uses up no ids
        existing, created = self._find_rows(rows), {}
        for attempt in range(MAX_RACES):
            missing = rows.keys() - existing.keys() - created.keys()
            if not missing:
                break
            try:
                with self.env.cr.savepoint(flush=False):
                    created |= self._insert_ignoring_conflicts([rows[key] for key in missing])
            except SerializationFailure:
                if attempt == MAX_RACES - 1:
                    raise
                # Somebody else has written some of them since this transaction began, which
                # does not see them: to begin anew would only meet the next one.
                with self.env.registry.cursor() as cr:
                    existing |= self.with_env(self.env(cr=cr))._find_rows(missing)
            else:
                existing |= self._find_rows(missing - created.keys())
        return created, existing

    @api.model
    def _find_rows(self, keys):
        """Return the ids of those that are there, by (source, external id)."""
        if not keys:
            return {}
        sources, external_ids = zip(*keys, strict=True)
        # one look into the index for each key, whatever is known about the size of the table
        query = SQL(
            """SELECT key.source, key.external_id, found.id
                 FROM unnest(%s::text[], %s::text[]) AS key(source, external_id)
                CROSS JOIN LATERAL (
                      SELECT id FROM %s
                       WHERE company_id = %s
                         AND source = key.source AND external_id = key.external_id
                       LIMIT 1) AS found""",
            list(sources),
            list(external_ids),
            SQL.identifier(self._table),
            self.env.company.id,
        )
        return {
            (source, external_id): row_id
            for source, external_id, row_id in self.env.execute_query(query)
        }

    @api.model
    def _insert_ignoring_conflicts(self, values_list):
        """Insert rows in one statement and return the ids of the new ones by their key.

        Rows are sorted by their key: two clients that write the same events wait for
        each other in the same order and never in a circle. They are sent as JSON, which
        the database reads in half the time that it needs for as many literals.
        """
        values_list = sorted(values_list, key=itemgetter("source", "external_id"))
        columns = SQL(", ").join(map(SQL.identifier, values_list[0]))
        types = SQL(", ").join(
            SQL("%s %s", SQL.identifier(name), SQL(self._fields[name].column_type[1]))
            for name in values_list[0]
        )
        query = SQL(
            """INSERT INTO %(table)s (%(columns)s, create_uid, write_uid, create_date, write_date)
               SELECT %(columns)s, %(uid)s, %(uid)s, %(now)s, %(now)s
                 FROM json_to_recordset(%(rows)s) AS row(%(types)s)
                   ON CONFLICT DO NOTHING
            RETURNING source, external_id, id""",
            table=SQL.identifier(self._table),
            columns=columns,
            uid=self.env.uid,
            now=SQL("now() AT TIME ZONE 'UTC'"),
            rows=json.dumps(values_list, default=str, ensure_ascii=False),
            types=types,
        )
        # whoever catches a conflict says what becomes of it
        self.env.cr.execute(query, log_exceptions=False)
        return {
            (source, external_id): row_id for source, external_id, row_id in self.env.cr.fetchall()
        }
