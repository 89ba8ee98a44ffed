from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
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

        A company shows the cases of its people, a person also those of their company. Whoever
        works here and may read the customer is told: they may be the next to meet them.

        :param str res_model: ``res.partner``, ``crm.lead`` or ``sale.order``
        :param int res_id: of a record; what the caller may not read is answered for as if it
            were not there
        :return: ``{"partner_id": int | False, "count": int, "can_open": whether the caller may
            read cases themselves, "cases": [{"id", "number", "title", "customer", "kind",
            "state", "state_label", "owner", "level" (``info``, ``warning`` or ``danger``),
            "deadline" (UTC) and "text": the solution, or why there is none yet, "is_solution",
            "promise", "promise_date"}]}``; at most 3 cases, and how many there are, of the
            companies that the caller works in; texts that are not there are empty.
        """
        if res_model not in BANNER_MODELS:
            raise UserError(
                self.env._("Send one of these models: %(models)s.", models=", ".join(BANNER_MODELS))
            )
        if isinstance(res_id, bool) or not isinstance(res_id, int) or not 0 < res_id < 2**31:
            raise UserError(self.env._("Send the id of a record."))
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Open cases are shown to whoever works here."))
        can_open = self.has_access("read")
        record = self.env[res_model].browse(res_id).exists()._filtered_access("read")
        if not record:
            return {"partner_id": False, "count": 0, "can_open": can_open, "cases": []}
        partner = record if res_model == "res.partner" else record.partner_id
        partner = partner._filtered_access("read")
        # Whoever may read the customer may know what is open, also without any right on cases:
        # the domain lets nothing through about customers and companies they may not read.
        cases = self.sudo().search(self._get_banner_domain(partner, record))
        shown = cases.sorted(lambda case: case._get_banner_key())[:SHOWN]
        return {
            "partner_id": partner.id,
            "count": len(cases),
            "can_open": can_open,
            "cases": [case._prepare_banner() for case in shown],
        }

    @api.model
    def _get_banner_domain(self, partner, record):
        """Return the domain of the open cases that concern whoever is on screen."""
        domain = Domain("is_open", "=", True) & Domain("company_id", "in", self.env.companies.ids)
        partners = self.env["res.partner"].with_context(active_test=False)
        own = Domain.FALSE
        if record._name == "crm.lead":
            readable = Domain("partner_id", "=", False)
            readable |= Domain("partner_id", "in", partners._search(Domain.TRUE))
            own = Domain("lead_id", "=", record.id) & readable
        if not partner:
            return domain & own
        commercial = partner.commercial_partner_id
        if commercial == partner:
            concerned = Domain("commercial_partner_id", "=", partner.id)
        else:
            concerned = Domain("id", "in", (partner | commercial).ids)
        return domain & (own | Domain("partner_id", "in", partners._search(concerned)))

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
        """Return the case as data for a banner; whoever is shown it may read these names."""
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
