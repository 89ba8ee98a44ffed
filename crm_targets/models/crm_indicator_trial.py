import logging
from contextlib import closing

from markupsafe import Markup
from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import Period
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, groupby
from odoo.tools.misc import formatLang

from .crm_figure_mixin import GRANULARITIES
from .crm_indicator import DEFINITION_FIELDS, MEASURED_SOURCES
from .crm_indicator_definition import DefinitionError

_logger = logging.getLogger(__name__)

_ROWS = 12


class CrmIndicatorTrial(models.Model):
    """A definition tried out on the form, before it is saved: nothing is kept."""

    _inherit = "crm.indicator"

    is_tried = fields.Boolean(
        string="Try It",
        store=False,
        help="Show the figures of this period and the one before by the definition as it is now on "
        "the screen. Nothing is saved.",
    )
    trial = fields.Html(compute="_compute_trial", sanitize=False)

    @api.depends(
        *("is_tried", "is_monetary", "decimals", "unit", *DEFINITION_FIELDS),
        *(f"measure_{name}" for name, _label in GRANULARITIES),
    )
    def _compute_trial(self):
        for indicator in self:
            indicator.trial = indicator.is_tried and indicator._get_trial()

    def _get_trial(self):
        """Figures of the running period and the one before, or why there are none, as HTML."""
        if not self.browse().has_access("write"):
            return False
        if self.source not in MEASURED_SOURCES:
            return self._render_trial_note(self.env._("Figures are entered or sent."))
        try:
            self._verify_source()
            granularity = (self._get_granularities() or ["week"])[0]
            rows = self._measure_trial(granularity)
        except (DefinitionError, UserError) as problem:
            return self._render_trial_note(str(problem), "warning")
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as problem:
            # Whatever a definition stumbles over is told to whoever is writing it.
            _logger.info("Trial of an indicator failed", exc_info=True)
            reason = (str(problem).strip() or type(problem).__name__).splitlines()[0]
            return self._render_trial_note(
                self.env._("Measuring failed: %(reason)s", reason=reason), "warning"
            )
        if not rows:
            return self._render_trial_note(
                self.env._("No record counts in this period or the one before.")
            )
        return self._render_trial(granularity, rows)

    def _get_trial_periods(self, granularity):
        today = fields.Date.context_today(self)
        figures = self.env["crm.figure.mixin"]
        running = figures._get_period(granularity, today, self.env.company)
        before = figures._get_period(granularity, today, self.env.company, -1)
        return before, running

    def _measure_trial(self, granularity):
        """Rows of scope, company, team, person, first day, value and number of records.

        Over the records of everybody, like a refresh, but told of the companies that are switched
        on. The components of a ratio are measured along, and all of it is taken back.
        """
        before, running = self._get_trial_periods(granularity)
        window = Period(before.date_from, running.date_to)
        # As in a refresh; what may be measured has been checked with the rights of the definer.
        indicator = self.sudo().with_context({}, lang=self.env.lang)
        self.env.flush_all()
        # Without the flush of the ORM, which would forget what is on the screen.
        with closing(self.env.cr.savepoint(flush=False)):
            # Nobody waits longer at a form; the limit goes with the savepoint.
            self.env.cr.execute("SET LOCAL statement_timeout = '20s'")
            for component, needed in indicator._get_component_plan(window):
                component._measure(granularity, needed)
            indicator._flush_measured()
            calendars = indicator._get_calendars(granularity, window)
            rows = calendars and self.env.execute_query(
                SQL(
                    """
                    WITH %s
                    SELECT scope, company_id, team_id, user_id, date_from, value, denominator
                      FROM measured WHERE company_id = ANY(%s)
                     ORDER BY array_position(ARRAY['company', 'team', 'person'], scope::text)
                    """,
                    indicator._get_tables_sql(granularity, calendars),
                    self.env.companies.ids,
                )
            )
        self.env["crm.indicator.value"].invalidate_model()
        return rows

    # ------------------------------------------------------------
    # HTML
    # ------------------------------------------------------------

    @api.model
    def _render_trial_note(self, sentence, kind="info"):
        return Markup('<div class="alert alert-%s mb-0" role="alert">%s</div>') % (kind, sentence)

    def _render_trial(self, granularity, rows):
        before, running = self._get_trial_periods(granularity)
        figures = self.env["crm.figure.mixin"]
        head = Markup('<th class="text-end">%s</th>')
        parts = [
            Markup(
                '<table class="table table-sm o_crm_targets_trial"><thead><tr><th>%s</th>%s%s%s'
                "</tr></thead>"
            )
            % (
                self.env._("Unit"),
                head % figures._get_period_label(granularity, before.date_from),
                head % figures._get_period_label(granularity, running.date_from),
                head % self.env._("Records"),
            )
        ]
        labels = dict(
            self.env["crm.indicator.value"]._fields["scope"]._description_selection(self.env)
        )
        for scope, found in groupby(rows, key=lambda row: row[0]):
            parts.append(self._render_trial_scope(labels[scope], scope, found, running))
        parts.append(Markup("</table>"))
        return Markup().join(parts)

    def _render_trial_scope(self, label, scope, rows, running):
        column, model = {
            "company": (1, "res.company"),
            "team": (2, "crm.team"),
            "person": (3, "res.users"),
        }[scope]
        units = {}
        for row in rows:
            key = (row[column], row[1])
            units.setdefault(key, {})[row[4] >= running.date_from] = row
        names = {
            unit.id: unit.display_name
            # Names of what is measured, for the administrator who defines it.
            for unit in self.env[model].sudo().browse({key[0] for key in units})
        }
        lines = [Markup('<tr><th colspan="4" class="text-muted">%s</th></tr>') % label]
        for key, found in sorted(units.items(), key=lambda item: names[item[0][0]])[:_ROWS]:
            cells = [self._format_trial(found.get(is_running)) for is_running in (False, True)]
            size = found.get(True, found.get(False))[6]
            lines.append(
                Markup(
                    '<tr><td>%s</td><td class="text-end">%s</td><td class="text-end">%s</td>'
                    '<td class="text-end">%s</td></tr>'
                )
                % (names[key[0]], *cells, formatLang(self.env, size, digits=0))
            )
        if len(units) > _ROWS:
            lines.append(
                Markup('<tr><td colspan="4" class="text-muted">%s</td></tr>')
                % self.env._("and %(count)s more", count=len(units) - _ROWS)
            )
        return Markup("<tbody>%s</tbody>") % Markup().join(lines)

    def _format_trial(self, row):
        if row is None:
            return "0" if self._counts_absence() else "–"
        figure = formatLang(self.env, row[5], digits=self.decimals)
        return f"{figure} {self._get_unit_label(self.env.company)}".strip()
