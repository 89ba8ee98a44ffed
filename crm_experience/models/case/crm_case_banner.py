from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

BANNER_MODELS = ("res.partner", "crm.lead", "sale.order")
SHOWN = 3
LEVELS = {"late": "danger", "pressing": "warning", "fine": "warning"}


class CrmCaseBanner(models.Model):
    """Open cases on every screen that shows the customer."""

    _inherit = "crm.case"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_open_cases(self, res_model, res_id):
        """Return the open cases of the customer of a record, the most pressing first.

        A company shows the cases of its people, a person also those of their company.

        :param str res_model: ``res.partner``, ``crm.lead`` or ``sale.order``
        :param int res_id: of a record that the caller may read
        :return: ``{"partner_id": int | False, "count": int, "cases": [{"id", "number", "title",
            "customer", "kind", "state", "state_label", "owner", "level" (``info``, ``warning``
            or ``danger``), "deadline" (UTC) and "text": the solution, or why there is none yet,
            "is_solution", "promise", "promise_date"}]}``; at most 3 cases, and how many there
            are. Only what the caller may read; texts that are not there are empty.
        """
        if res_model not in BANNER_MODELS:
            raise UserError(
                self.env._("Send one of these models: %(models)s.", models=", ".join(BANNER_MODELS))
            )
        if isinstance(res_id, bool) or not isinstance(res_id, int) or not 0 < res_id < 2**31:
            raise UserError(self.env._("Send the id of a record."))
        self.check_access("read")
        record = self.env[res_model].browse(res_id).exists()
        if not record:
            return {"partner_id": False, "count": 0, "cases": []}
        record.check_access("read")
        partner = record if res_model == "res.partner" else record.partner_id
        partner = partner._filtered_access("read")
        domain = Domain("is_open", "=", True) & self._get_banner_domain(partner, record)
        cases = self.search(domain)
        shown = cases.sorted(lambda case: case._get_banner_key())[:SHOWN]
        return {
            "partner_id": partner.id,
            "count": len(cases),
            "cases": [case._prepare_banner() for case in shown],
        }

    @api.model
    def _get_banner_domain(self, partner, record):
        """Return the domain of the cases that concern whoever is on screen."""
        own = Domain("lead_id", "=", record.id) if record._name == "crm.lead" else Domain.FALSE
        if not partner:
            return own
        commercial = partner.commercial_partner_id
        if commercial == partner:
            return own | Domain("partner_id.commercial_partner_id", "=", partner.id)
        return own | Domain("partner_id", "in", (partner | commercial).ids)

    # ------------------------------------------------------------
    # Data
    # ------------------------------------------------------------

    def _get_banner_key(self):
        order = ("late", "pressing", "fine", "paused", "done")
        return (order.index(self.time_state), -int(self.severity), self.id)

    def _get_level(self):
        """Return how much whoever meets the customer must know: by the time that is left."""
        if self.time_state == "fine" and self.severity < "2":
            return "info"
        return LEVELS.get(self.time_state, "info")

    def _get_word(self):
        """Return what may be told to the customer: the solution, or why there is none yet."""
        if self.solution:
            return self.solution
        if self.no_solution_reason:
            return self.no_solution_reason
        if self.state == "waiting":
            return self.env._("We are waiting for the customer.")
        if self.state == "new":
            return self.env._("Nobody has dealt with it yet.")
        return self.env._("We are working on it.")

    def _prepare_banner(self):
        """Return the case as data for a banner; whoever may read it may read these names."""
        self.ensure_one()
        case = self.sudo()
        labels = dict(self._fields["state"]._description_selection(self.env))
        return {
            "id": case.id,
            "number": case.name,
            "title": case.title,
            "customer": case.partner_id.display_name or "",
            "kind": case.kind,
            "state": case.state,
            "state_label": labels[case.state],
            "owner": case.user_id.name or "",
            "level": self._get_level(),
            "time_state": case.time_state,
            "deadline": fields.Datetime.to_string(case.date_deadline) or "",
            "text": self._get_word(),
            "is_solution": bool(case.solution),
            "promise": case.promise or "",
            "promise_date": fields.Date.to_string(case.promise_date) or "",
        }

    def _prepare_alert(self):
        """Return the case as an alert above a timeline."""
        self.ensure_one()
        labels = dict(self._fields["state"]._description_selection(self.env))
        return {
            "kind": "case",
            "title": f"{self.name} {self.title} · {labels[self.state]}",
            "text": self._get_word(),
            "level": self._get_level(),
            "date": self.date_deadline or self.date_open,
            "action": {"model": self._name, "id": self.id},
        }
