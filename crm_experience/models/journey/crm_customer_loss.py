from odoo import api, fields, models
from odoo.addons.crm_experience.models.asking.crm_feedback_invitation import OPEN_STATES
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class CrmCustomerLoss(models.Model):
    """A customer who was lost: why, to whom, and whether we won them back."""

    _name = "crm.customer.loss"
    _inherit = ["crm.customer.record"]
    _description = "Lost Customer"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        ondelete="set null",
        default=lambda self: self.env.user,
        check_company=True,
    )
    team_id = fields.Many2one("crm.team", ondelete="set null", check_company=True)
    date = fields.Date(string="Lost On", required=True, default=fields.Date.context_today)
    reason_id = fields.Many2one("crm.loss.reason", required=True, ondelete="restrict", index=True)
    can_win_back = fields.Boolean(related="reason_id.can_win_back", store=True)
    competitor = fields.Char(string="Went To", help="The competitor that the customer went to.")
    note = fields.Text(help="What the customer said, what happened.")
    value = fields.Monetary(
        string="Worth a Year",
        currency_field="currency_id",
        help="What the customer bought in the twelve months up to the last purchase.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("lost", "Lost"), ("won_back", "Won Back")],
        required=True,
        default="lost",
        readonly=True,
        copy=False,
    )
    date_won_back = fields.Date(string="Won Back On", readonly=True, copy=False)
    touchpoint_id = fields.Many2one(
        "crm.touchpoint",
        string="Won Back With",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    activity_id = fields.Many2one(
        "mail.activity",
        string="Next Step",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    activity_deadline = fields.Date(related="activity_id.date_deadline", string="Next Step On")

    @api.constrains("partner_id", "company_id", "state")
    def _check_one_open_loss(self):
        """A customer is lost once, until they are won back."""
        self.flush_model()
        for partner_company, losses in (
            self.filtered(lambda loss: loss.state == "lost")
            .grouped(lambda loss: (loss.partner_id, loss.company_id))
            .items()
        ):
            partner, company = partner_company
            # a count, so that one customer is not lost twice
            others = self.sudo().search_count(
                [
                    ("partner_id", "=", partner.id),
                    ("company_id", "=", company.id),
                    ("state", "=", "lost"),
                    ("id", "not in", losses[:1].ids),
                ],
                limit=1,
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "%(customer)s is marked as lost already.", customer=partner.display_name
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Take over what the customer was worth and who was responsible, where it is not said."""
        losses = super().create(vals_list)
        for loss, vals in zip(losses, vals_list, strict=True):
            journey = loss._get_journey()
            if "value" not in vals:
                loss.value = journey.purchase_amount
            if not loss.team_id:
                loss.team_id = journey.team_id
        losses._link_journeys()
        losses._leave_in_peace()
        return losses

    def write(self, vals):
        result = super().write(vals)
        if "reason_id" in vals or "partner_id" in vals:
            self._leave_in_peace()
        return result

    def unlink(self):
        # only what is in the cache is forgotten
        journeys = self.env["crm.customer.journey"].sudo().search([("loss_id", "in", self.ids)])
        result = super().unlink()
        journeys.invalidate_recordset(["loss_id"])
        return result

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_plan_win_back(self):
        """Plan a call to win the customers back, where none is planned."""
        self.check_access("write")
        losses = self.filtered(
            lambda loss: loss.state == "lost" and loss.can_win_back and not loss.activity_id
        )
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        model_id = self.env["ir.model"]._get_id("res.partner")
        # Whoever may change the loss may plan what follows from it.
        activities = (
            self.env["mail.activity"]
            .sudo()
            .with_context(mail_activity_quick_update=True)
            .create([loss._prepare_activity_values(model_id, call) for loss in losses])
        )
        # the link to what was just planned
        for loss, activity in zip(losses.sudo(), activities, strict=True):
            loss.activity_id = activity
        return True

    def _prepare_activity_values(self, model_id, activity_type):
        self.ensure_one()
        user = self.user_id or self.env.user
        reason = self.with_context(lang=user.lang).reason_id.display_name
        return {
            "res_model_id": model_id,
            "res_id": self.partner_id.id,
            "activity_type_id": activity_type.id if activity_type else False,
            "user_id": user.id,
            "summary": self.with_context(lang=user.lang).env._(
                "Win back: lost because of %(reason)s", reason=reason
            ),
            "automated": True,
        }

    def action_won_back(self):
        """The customers are back."""
        self.check_access("write")
        self.filtered(lambda loss: loss.state == "lost")._win_back(
            dict.fromkeys(self.ids, (fields.Date.context_today(self), None))
        )
        return True

    def _win_back(self, returns):
        """Record that customers are back.

        :param dict returns: day and id of the contact (None: not known), by id of the loss
        """
        for loss in self.sudo():  # for who may change them, or for what happened
            day, touchpoint_id = returns[loss.id]
            loss.write({"state": "won_back", "date_won_back": day, "touchpoint_id": touchpoint_id})
        self._link_journeys()

    # ------------------------------------------------------------
    # Marking
    # ------------------------------------------------------------

    @api.model
    def _mark(self, partners, values):
        """Mark customers as lost in the present company; a contact stands for its company."""
        customers = partners.commercial_partner_id
        customers.check_access("read")
        lost = self.search(
            [
                ("partner_id", "in", customers.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "lost"),
            ]
        )
        if lost and lost.partner_id == customers:
            raise UserError(
                self.env._(
                    "Marked as lost already: %(customers)s.",
                    customers=", ".join(lost.partner_id.mapped("display_name")),
                )
            )
        return self.create(
            [
                {
                    "partner_id": customer.id,
                    "company_id": self.env.company.id,
                    "user_id": self._get_responsible(customer).id,
                    **values,
                }
                for customer in customers - lost.partner_id
            ]
        )

    @api.model
    def _get_responsible(self, customer):
        """Return who is to win the customer back: the salesperson, else whoever marks."""
        user = customer.user_id
        if user.active and self.env.company in user.sudo().company_ids:
            return user
        return self.env.user

    # ------------------------------------------------------------
    # Return
    # ------------------------------------------------------------

    @api.model
    def _find_returns(self):
        """Record that customers are back who have bought since they were lost; in one query.

        Since the day after, where whoever entered the loss is; since the very moment if it was
        entered on its day.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT loss.id, purchase.day, purchase.id
                  FROM crm_customer_loss loss
                  JOIN res_partner customer ON customer.id = loss.partner_id
                  LEFT JOIN res_users author ON author.id = loss.create_uid
                  LEFT JOIN res_partner person ON person.id = author.partner_id
                 CROSS JOIN LATERAL (
                      SELECT loss.create_date AS date,
                             (loss.create_date AT TIME ZONE 'UTC'
                              AT TIME ZONE COALESCE(person.tz, 'UTC'))::date AS day
                 ) entry
                 CROSS JOIN LATERAL (
                      SELECT touchpoint.id, local.day
                        FROM res_partner member
                        JOIN crm_touchpoint touchpoint ON touchpoint.partner_id = member.id
                       CROSS JOIN LATERAL (
                            SELECT (touchpoint.date AT TIME ZONE 'UTC'
                                    AT TIME ZONE COALESCE(person.tz, 'UTC'))::date AS day
                       ) local
                       WHERE member.commercial_partner_id = customer.commercial_partner_id
                         AND touchpoint.company_id = loss.company_id
                         AND (local.day > loss.date OR local.day = loss.date
                              AND entry.day = loss.date AND touchpoint.date > entry.date)
                         AND touchpoint.date <= %s AND touchpoint.amount > 0
                       ORDER BY touchpoint.date, touchpoint.id LIMIT 1
                 ) purchase
                 WHERE loss.state = 'lost'
                """,
                fields.Datetime.now(),
            )
        )
        losses = self.sudo().browse(row[0] for row in rows)
        losses._win_back({loss_id: (day, touchpoint) for loss_id, day, touchpoint in rows})
        # what was planned to win them back is settled, but nobody has done it
        losses.activity_id.filtered("active").unlink()

    # ------------------------------------------------------------
    # Journey
    # ------------------------------------------------------------

    def _get_journey(self):
        """Return the journey of the customer in the company."""
        self.ensure_one()
        # The row says nothing that whoever may write the loss must not know.
        return (
            self.env["crm.customer.journey"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.commercial_partner_id.id),
                    ("company_id", "=", self.company_id.id),
                ],
                limit=1,
            )
        )

    def _link_journeys(self):
        """Show on the journey that the customer is lost."""
        for loss in self:
            journey = loss._get_journey()
            loss.partner_id._send_customer_pulse("loss")
            is_open = loss.state == "lost"
            if is_open or journey.loss_id == loss:
                journey.loss_id = loss if is_open else False

    def _leave_in_peace(self):
        """End at once what was planned to be asked of, or said to, those who have died."""
        # Whoever may note that somebody has died may end what follows from nobody knowing it.
        dead = self.sudo().filtered(lambda loss: loss.reason_id.code == "death")
        if not dead:
            return
        dead.activity_id.filtered("active").unlink()
        invitations = self.env["crm.feedback.invitation"].sudo()
        invitations.search(
            Domain("state", "in", OPEN_STATES)
            & Domain("partner_id", "any", ~self.env["res.partner"]._get_alive_domain())
        )._close("cancelled", "dead")

    # ------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------

    @api.model
    def _merge_partners(self, src_partners, dst_partner):
        """Of several open losses of one customer in a company, the first one stays."""
        losses = self.search(
            [("partner_id", "in", (src_partners | dst_partner).ids), ("state", "=", "lost")],
            order="date, id",
        )
        for rows in losses.grouped("company_id").values():
            rows[1:].unlink()
