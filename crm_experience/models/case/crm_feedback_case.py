import logging

from odoo import api, fields, models
from odoo.addons.crm_experience.models.shared.crm_experience_intake import RESERVED_SOURCE
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)

PENDING = "crm_experience.case_feedback"
# Answers of one transaction that are looked at before it commits; more are left to the job.
MOST_AT_ONCE = 100
PORTION = 1000
TITLE_LIMIT = 80
# What rules look at, and a customer may change.
LOOKED_AT = {"score", "expectation", "experience", "comment", "dimension_id", "partner_id"}


class CrmFeedbackCase(models.Model):
    """Bad answers open cases, whichever way they come in.

    Every answer is looked at once: what nobody has looked at yet is found by a partial index,
    locked, and marked in the transaction that opens its case. So nothing is opened twice and
    nothing is lost, however many look at the same time. Users' answers are looked at as their
    transaction ends, bulk ones by a job that starts right after it.
    """

    _inherit = "crm.feedback"

    is_case_checked = fields.Boolean(
        readonly=True, copy=False, help="Whether the rules for cases have been looked at."
    )
    case_id = fields.Many2one(
        "crm.case",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="Where this answer is dealt with.",
    )

    _unchecked_index = models.Index("(id) WHERE is_case_checked IS NOT TRUE")

    # ------------------------------------------------------------
    # Noticing
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        self._remember_answers(len(answers))
        return answers

    def write(self, vals):
        """Look again at what was changed: a second tap, or the words that come after it."""
        result = super().write(vals)
        if not LOOKED_AT.isdisjoint(vals):
            # Which case an answer belongs to is for the rules, whoever changes the answer.
            answers = self.sudo()
            left = answers.filtered(lambda answer: not answer.case_id)
            left.write({"is_case_checked": False})
            left._remember_answers(len(left))
            (answers - left)._tell_cases()
        if vals.get("partner_id"):
            # whoever turns out to have answered is the customer of the case too
            cases = self.sudo().case_id.filtered(lambda case: not case.partner_id)
            cases.partner_id = vals["partner_id"]
        return result

    def _tell_cases(self):
        """Add what the customer said later to the case that was opened without words."""
        for answer in self.filtered("comment"):
            case = answer.case_id
            if not case.description and case.state == "new":
                case.write({"title": answer._get_case_title(""), "description": answer.comment})

    @api.model
    def _insert_rows(self, rows):
        created, existing = super()._insert_rows(rows)
        if created:
            self._remember_answers(len(created))
        return created, existing

    @api.model
    def _remember_answers(self, count):
        """Look at new answers before the transaction ends, or right after it if there are many."""
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.data[PENDING] = 0
            # Rules decide about answers, whoever gave them: with all rights.
            precommit.add(self.sudo()._check_remembered)
        precommit.data[PENDING] += count

    @api.model
    def _check_remembered(self):
        """Open cases now, or soon; an error here must not lose the customer's answer."""
        count = self.env.cr.precommit.data.pop(PENDING, 0)
        self.env.flush_all()
        if count <= MOST_AT_ONCE:
            try:
                with self.env.cr.savepoint(flush=False):
                    self._open_cases(MOST_AT_ONCE)
                    self.env.flush_all()
            except OperationalError:
                # a conflict with another transaction: Odoo runs the whole request again
                raise
            except Exception:
                # The answer is saved and still unchecked: the job tries again and reports.
                _logger.exception("Could not open cases for %s answers", count)
                self.env.invalidate_all(flush=False)
            else:
                return
        self.env.ref("crm_experience.ir_cron_open_cases").sudo()._trigger()

    # ------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------

    @api.model
    def _cron_open_cases(self):
        """Look at answers that came in in bulk, in portions that are committed one by one."""
        cron = self.env["ir.cron"]
        while count := self._open_cases(PORTION):
            remaining = self.search_count([("is_case_checked", "!=", True)], limit=PORTION)
            if not cron._commit_progress(count, remaining=remaining):
                return

    @api.model
    def _open_cases(self, limit):
        """Look at up to ``limit`` answers that nobody has looked at, and mark them.

        :return: how many there were
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_feedback WHERE is_case_checked IS NOT TRUE
                    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
                limit,
            )
        )
        answers = self.browse(row_id for (row_id,) in rows)
        if not answers:
            return 0
        rules = self.env["crm.case.rule"].search([])
        left, opened = answers, {}
        for rule in rules:
            if not left:
                break
            found = self.search(Domain("id", "in", left.ids) & rule._get_feedback_domain())
            opened |= dict.fromkeys(found, rule)
            left -= found
        self._insert_cases(opened)
        answers.write({"is_case_checked": True})
        return len(answers)

    @api.model
    def _insert_cases(self, opened):
        """Open the cases about answers, company by company: one for a whole questionnaire.

        :param dict opened: the rule by answer, of rules that come first first
        """
        rules = list(dict.fromkeys(opened.values()))
        answers = (
            self.browse()
            .union(*opened)
            .sorted(
                lambda answer: (rules.index(opened[answer]), answer.score_normalised, answer.id)
            )
        )
        for company, group in answers.grouped("company_id").items():
            cases = self.env["crm.case"].with_company(company)
            rows = {}
            for answer in group:
                key = (RESERVED_SOURCE, answer._get_case_key())
                if key not in rows:
                    rows[key] = answer._prepare_case_row(opened[answer])
            created, existing = cases._insert_rows(rows)
            found = created | existing
            for answer in group:
                answer.case_id = found[RESERVED_SOURCE, answer._get_case_key()]
            group._tell_cases()

    def _get_case_key(self):
        """Return what makes sure that one case is opened: the questionnaire, else the answer."""
        if self.user_input_id:
            return f"response:{self.user_input_id.id}"
        return f"feedback:{self.id}"

    def _prepare_case_row(self, rule):
        """Return the columns of the case that ``rule`` opens about the answer."""
        now = fields.Datetime.now()
        company = self.company_id
        team = rule.team_id or self.team_id or company.case_team_id
        if team.company_id and team.company_id != company:
            team = company.case_team_id
        cause = rule.cause_id
        owner = rule.user_id.filtered(lambda user: user.active and company in user.company_ids)
        # in the language of whoever is to act, not of the customer who answers or of the job
        lang = (owner or team.user_id or company.partner_id).lang
        ids = {
            "partner_id": self.partner_id,
            "channel_id": self.channel_id,
            "dimension_id": self.dimension_id or cause.dimension_id,
            "product_id": self.product_id,
            "cause_id": cause,
            "team_id": team,
            "user_id": owner,
            "feedback_id": self,
            "touchpoint_id": self.touchpoint_id,
        }
        return {
            **self.env["crm.case"]._get_row_defaults(company.currency_id.id, now),
            "source": RESERVED_SOURCE,
            "external_id": self._get_case_key(),
            "company_id": company.id,
            "title": self.with_context(lang=lang)._get_case_title(
                rule.with_context(lang=lang).name
            ),
            "description": self.comment or None,
            # where whoever wrote it on a printed link is answered, without knowing who it is
            "email_from": (not self.partner_id and email_normalize(self.visitor)) or None,
            "kind": rule.kind,
            "severity": rule.severity,
            **{name: record.id or None for name, record in ids.items()},
        }

    def _get_case_title(self, name):
        """Return what the case is about: the customer's words, else what the rule is called."""
        words = " ".join((self.comment or "").split())
        if not words:
            labels = dict(self._fields["metric"]._description_selection(self.env))
            return f"{name}: {labels[self.metric]} {self.score:g}"
        return words if len(words) <= TITLE_LIMIT else f"{words[: TITLE_LIMIT - 1]}…"
