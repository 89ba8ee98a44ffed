from odoo import api, fields, models
from odoo.addons.crm_experience.tools.intake import (
    Choice,
    Identifier,
    IntakeError,
    Moment,
    Text,
    parse_values,
)
from odoo.exceptions import UserError

from .crm_partner_fact import KINDS, SOURCES, TASK_KINDS, TEXT_LIMIT

# What was said or promised on another day is another one, in the same words as well.
DATED_KINDS = ("last_talk", *TASK_KINDS)

FACT_FIELDS = {
    "kind": Choice(required=True, choices=tuple(kind for kind, _label in KINDS)),
    "text": Text(limit=TEXT_LIMIT),
    "suggestion_id": Identifier(),
    "date": Moment(),
    "source": Choice(choices=tuple(source for source, _label in SOURCES)),
    "source_note": Text(limit=255),
    "date_due": Moment(),
}


class CrmPartnerFact(models.Model):
    """The notebook is updated in three taps: open it, tap a section, tap what fits."""

    _inherit = "crm.partner.fact"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    def add_fact(self, partner_id, values):
        """Write one thing down about a customer.

        What is known already is not written a second time. A new “how we met” and a new
        temperament take the place of the old one, which is kept in the history.

        :param int partner_id: a contact that the user may read
        :param dict values: ``kind``, and ``text`` or ``suggestion_id``; optional ``date`` (today
            by default), ``source`` (by default ``staff`` for temperament, dislikes and how we
            met, else ``customer``), ``source_note``, and for promises and requests ``date_due``
        :return: the fact as in :meth:`get_notebook`
        """
        partner, _lead = self._get_notebook_records(partner_id, False)
        self.browse().check_access("create")
        values = self._parse_fact(values)
        note = self._prepare_note_values(partner)
        fact = self._find_same(note, values) or self.create(note | values)
        return fact._prepare_notebook_fact(can_write=fact.has_access("write"))

    @api.model
    def set_done(self, fact_id, is_done=True, outcome=""):
        """Say that a promise or a request is done, and what was done; or that it is not.

        :param int fact_id: a promise or request that the user may write
        :param str outcome: what was done; empty: as it was
        :return: the fact as in :meth:`get_notebook`
        """
        fact = self._get_task(fact_id)
        if not isinstance(is_done, bool):
            raise UserError(self.env._("Say true or false: is it done?"))
        if not isinstance(outcome, str):
            raise UserError(self.env._("What was done is a text."))
        try:
            outcome = Text(limit=TEXT_LIMIT).parse("outcome", outcome)
        except IntakeError as error:
            raise UserError(self.env["crm.touchpoint"]._word_error(error)) from None
        fact.write({"is_done": is_done} | ({"outcome": outcome} if outcome else {}))
        return fact._prepare_notebook_fact(can_write=True)

    # ------------------------------------------------------------
    # Arguments
    # ------------------------------------------------------------

    @api.model
    def _get_task(self, fact_id):
        """Return the promise or request, if it is there and may be written."""
        if isinstance(fact_id, bool) or not isinstance(fact_id, int) or fact_id <= 0:
            raise UserError(self.env._("The id of a record is a whole number above 0."))
        self.browse().check_access("write")
        fact = self.browse(fact_id).exists() if fact_id < 2**31 else self.browse()
        if not fact:
            raise UserError(self.env._("This record is not there any more."))
        fact.check_access("write")
        if fact.kind not in TASK_KINDS:
            raise UserError(self.env._("Only promises and special requests are due and done."))
        return fact

    @api.model
    def _parse_fact(self, values):
        """Return the values of a new fact.

        :raises UserError: saying what is wrong with them
        """
        if isinstance(values, dict):
            # an empty field of the web client is False
            values = {key: value for key, value in values.items() if value is not False}
        try:
            values = parse_values(values, FACT_FIELDS)
            self._check_fact(values)
        except IntakeError as error:
            raise UserError(self.env["crm.touchpoint"]._word_error(error)) from None
        for key in ("date", "date_due"):
            if key in values:
                values[key] = values[key].date()
        return values

    @api.model
    def _check_fact(self, values):
        """Complete the values by those of the suggestion.

        :raises IntakeError: naming what is wrong
        """
        if suggestion_id := values.get("suggestion_id"):
            suggestion = self.env["crm.partner.fact.suggestion"].browse(suggestion_id).exists()
            if not suggestion or suggestion.kind != values["kind"]:
                raise IntakeError("no_record", key="suggestion_id", value=suggestion_id)
            if values.setdefault("text", suggestion.name) != suggestion.name:
                # with words of one's own it is no longer what others picked
                del values["suggestion_id"]
        if "text" not in values:
            raise IntakeError("missing", key="text")
        if "date_due" in values and values["kind"] not in TASK_KINDS:
            raise UserError(self.env._("Only promises and special requests are due and done."))

    @api.model
    def _find_same(self, note, values):
        """Return the fact that says the same already, if there is one: a second tap is none."""
        same = self.search(
            [
                ("partner_id", "=", note["partner_id"]),
                ("company_id", "=", note["company_id"]),
                ("kind", "=", values["kind"]),
                ("is_done", "=", False),
                ("date_due", "=", values.get("date_due", False)),
                "|",
                ("text", "=", values["text"]),
                ("suggestion_id", "in", [values.get("suggestion_id", 0)]),
            ],
            limit=1,
        )
        day = values.get("date", fields.Date.context_today(self))
        if values["kind"] in DATED_KINDS and same.date != day:
            return self.browse()
        return same

    # ------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------

    @api.model
    def _join_doubles(self, partner):
        """Of facts that say the same one stays, the one that is known longest.

        The same is the same wording, whatever its capitals and spaces, or the same suggestion.
        The others are its history; what only they say goes over to it.
        """
        facts = self.search([("partner_id", "=", partner.id)], order="date, id")
        for get_words in (self._get_wording, lambda fact: fact.suggestion_id):
            same = facts.filtered(lambda fact, get=get_words: fact.active and get(fact))
            for doubles in same.grouped(
                lambda fact, get=get_words: (fact._get_double_key(), get(fact))
            ).values():
                kept, others = doubles[0], doubles[1:]
                if not others:
                    continue
                for name in ("suggestion_id", "source_note", "outcome", "properties"):
                    if not kept[name] and (said := others.filtered(name)[:1]):
                        kept[name] = said[name]
                others.write({"active": False, "replaced_by_id": kept.id})

    @api.model
    def _get_wording(self, fact):
        return " ".join(fact.text.split()).casefold()

    def _get_double_key(self):
        """Return what must be the same as well; a talk or a promise is one of its day."""
        key = (self.company_id, self.kind, self.date_due, self.is_done)
        return (*key, self.date) if self.kind in DATED_KINDS else key
