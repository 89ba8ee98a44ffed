import logging

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class CrmGuardedMixin(models.AbstractModel):
    """A rule of the company at which a job may stumble, such as at a mistake in a mail template.

    It is written on the rule, for whoever can mend it, and does not stop the other rules.
    """

    _name = "crm.guarded.mixin"
    _description = "Does Not Stop the Others"

    error = fields.Text(
        string="What Went Wrong",
        readonly=True,
        copy=False,
        help="Why the last run could not be finished. It is tried again by itself.",
    )

    def _run_guarded(self, work):
        """Do ``work`` as a whole, or nothing of it.

        :return: what it returned; ``None`` if it went wrong
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                done = work()
                # what was only remembered so far may fail as well
                self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as problem:
            _logger.exception("%s %s could not be run", self._name, self.id)
            self.env.invalidate_all()
            self.error = str(problem) or type(problem).__name__
            return None
        if self.error:
            self.error = False
        return done
