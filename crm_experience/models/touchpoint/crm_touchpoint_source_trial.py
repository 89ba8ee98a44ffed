import logging
from contextlib import closing

from markupsafe import Markup
from odoo import api, fields, models
from odoo.addons.crm_targets.models.crm_indicator_definition import DefinitionError
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, format_date

from .crm_touchpoint_source import DEFINITION_FIELDS

_logger = logging.getLogger(__name__)

PATIENCE = "20s"


class CrmTouchpointSource(models.Model):
    """A source tried out on the form, before it is saved: nothing is captured."""

    _inherit = "crm.touchpoint.source"

    is_tried = fields.Boolean(
        string="Try It",
        store=False,
        help="Show how many records there are by the definition as it is now on the screen. "
        "Nothing is captured.",
    )
    trial = fields.Html(compute="_compute_trial", sanitize=False)

    @api.depends("is_tried", *DEFINITION_FIELDS)
    def _compute_trial(self):
        for source in self:
            source.trial = source.is_tried and source._get_trial()

    def _get_trial(self):
        """Return what the source would find today, or why it finds nothing, as HTML."""
        if not self.browse().has_access("write"):
            return False
        try:
            self.sudo(False)._verify()
            found = self._count_trial()
        except (DefinitionError, UserError) as problem:
            return self._render_trial(str(problem), "warning")
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as problem:
            # Whatever a definition stumbles over is told to whoever is writing it.
            _logger.info("Trial of a source failed", exc_info=True)
            reason = (str(problem).strip() or type(problem).__name__).splitlines()[0]
            return self._render_trial(
                self.env._("Counting failed: %(reason)s", reason=reason), "warning"
            )
        return self._render_trial(*self._word_trial(*found))

    def _count_trial(self):
        """Return the number of records, of those with a customer, and the first and last date.

        Over the records of everybody, as they are captured, but told of the companies that are
        switched on.
        """
        # As in a capture; what may be captured has been checked with the rights of the definer.
        source = self.sudo()
        query = source._get_trial_query()
        self.env.flush_all()
        # Without the flush of the ORM, which would forget what is on the screen.
        with closing(self.env.cr.savepoint(flush=False)):
            # Nobody waits longer at a form; the limit goes with the savepoint.
            self.env.cr.execute(SQL("SET LOCAL statement_timeout = %s", PATIENCE))
            ((total, usable, first, last),) = self.env.execute_query(
                SQL(
                    """SELECT count(*), count(partner_id) FILTER (WHERE date IS NOT NULL),
                              min(date), max(date)
                         FROM (%s) AS found WHERE company_id = ANY(%s)""",
                    query,
                    self.env.companies.ids,
                )
            )
        return total, usable, first, last

    def _get_trial_query(self):
        """Return the rows of all records that fit as they are today."""
        condition = SQL("TRUE")
        if self.change_field:
            condition = self._get_value_condition()
        query, columns = self._prepare_query(condition, SQL("NULL::timestamp"))
        return query.select(
            *(
                SQL("%s AS %s", columns[name], SQL.identifier(name))
                for name in ("company_id", "partner_id", "date")
            )
        )

    def _word_trial(self, total, usable, first, last):
        _ = self.env._
        if not total:
            return _("No record fits today. What fits from now on will be captured."), "info"
        sentences = [
            _("%(count)s records fit today; their history can be back-filled.", count=usable)
            if usable == total
            else _(
                "%(total)s records fit today. %(count)s of them have a customer and a date; "
                "the others are no contacts.",
                total=total,
                count=usable,
            )
        ]
        if first:
            sentences.append(
                _(
                    "They are from %(first)s to %(last)s.",
                    first=format_date(self.env, first),
                    last=format_date(self.env, last),
                )
            )
        return " ".join(sentences), "info" if usable else "warning"

    @api.model
    def _render_trial(self, sentence, kind):
        return Markup('<div class="alert alert-%s mb-0" role="alert">%s</div>') % (kind, sentence)
