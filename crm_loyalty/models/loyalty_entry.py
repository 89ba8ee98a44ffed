from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Set it to "on" with `SET LOCAL` in a migration that must change the ledger: it opens the ledger
# for that transaction only. Only the database administrator and scripts of this addon can.
GUARD = "crm_loyalty.ledger_migration"

START_PARAMETER = "crm_loyalty.ledger_start"

COLUMNS = (
    "card_id",
    "program_id",
    "program_name",
    "company_id",
    "date",
    "kind",
    "points",
    "qualifying_points",
    "balance",
    "document_model",
    "document_id",
    "document_name",
    "author_id",
)


class PlainMany2one(fields.Many2one):
    """A many2one without a foreign key: a deleted record leaves its number in the ledger."""

    def update_db_foreign_key(self, model, column):
        """No foreign key: deleting the record would change the ledger, or be refused by it."""


class LoyaltyEntry(models.Model):
    """One line of the ledger: by how much the balance of a card changed, when, and why.

    Lines are only ever added, in the transaction that changes the balance, by `loyalty.card`
    itself. The database refuses to change or delete them. So they hold plain values: no foreign
    key to anything that may be deleted or merged, and nothing personal.
    """

    _name = "loyalty.entry"
    _description = "Loyalty Ledger Entry"
    _order = "id desc"
    _rec_name = "document_name"
    _log_access = False
    _allow_sudo_commands = False

    card_id = fields.Integer(string="Card ID", required=True, readonly=True, aggregator=None)
    program_id = fields.Integer(string="Program ID", readonly=True, aggregator=None)
    program_name = fields.Char(string="Program", readonly=True, help="Name as it was.")
    company_id = PlainMany2one("res.company", readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("opening", "Opening"),
            ("earned", "Earned"),
            ("reversed", "Taken back"),
            ("spent", "Spent"),
            ("returned", "Given back"),
            ("adjusted", "Adjusted"),
            ("merged", "Merged"),
            ("closed", "Closed"),
            ("other", "Other change"),
        ],
        required=True,
        readonly=True,
        help="Opening: what the card started with. Taken back and given back: what a cancelled or "
        "changed order had earned and spent. Adjusted: by hand, with the balance wizard. Closed: "
        "the card was deleted. Other change: written by anything else, such as a point of sale.",
    )
    points = fields.Float(
        digits=(16, 4), required=True, readonly=True, help="By how much the balance changed."
    )
    qualifying_points = fields.Float(
        digits=(16, 4),
        required=True,
        readonly=True,
        help="What counts towards a tier. Spending never lowers it.",
    )
    balance = fields.Float(
        digits=(16, 4), required=True, readonly=True, aggregator=None, help="After this entry."
    )
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        string="Document ID", model_field="document_model", readonly=True, aggregator=None
    )
    document_name = fields.Char(string="Document", readonly=True, help="Name as it was.")
    author_id = fields.Integer(string="User ID", readonly=True, aggregator=None)

    loyalty_card_id = fields.Many2one(
        "loyalty.card",
        string="Card",
        compute="_compute_loyalty_card_id",
        compute_sudo=True,
        help="The card, if it still exists.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_loyalty_card_id",
        compute_sudo=True,
        search="_search_partner_id",
        help="Today's holder of the card.",
    )
    user_id = fields.Many2one(
        "res.users", string="Changed by", compute="_compute_user_id", compute_sudo=True
    )

    _card_date_index = models.Index("(card_id, date) INCLUDE (qualifying_points)")
    _document_index = models.Index("(document_id) WHERE document_id IS NOT NULL")
    _program_date_index = models.Index("(program_id, date)")

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.depends("card_id")
    def _compute_loyalty_card_id(self):
        cards = self.env["loyalty.card"].browse(set(self.mapped("card_id"))).exists()
        by_id = {card.id: card for card in cards}
        for entry in self:
            entry.loyalty_card_id = by_id.get(entry.card_id)
            entry.partner_id = entry.loyalty_card_id.partner_id

    def _search_partner_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator != "in" or not all(type(item) in (int, bool) for item in value):
            # What is asked about a customer is answered with the rights of who asks.
            partners = self.env["res.partner"].with_context(active_test=False)
            wanted = value if operator == "any" else Domain("display_name", operator, value)
            value = partners._search(wanted)
        # Who may read the ledger may read which cards a customer has: only ids are compared.
        cards = self.env["loyalty.card"].sudo().with_context(active_test=False)
        return [("card_id", "in", cards.search([("partner_id", "in", value)]).ids)]

    @api.depends("author_id")
    def _compute_user_id(self):
        users = self.env["res.users"].browse(set(self.mapped("author_id"))).exists()
        by_id = {user.id: user for user in users}
        for entry in self:
            entry.user_id = by_id.get(entry.author_id)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def init(self):
        super().init()
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION loyalty_entry_guard() RETURNS trigger AS $$
                BEGIN
                    IF current_setting(%(guard)s, true) = 'on' THEN
                        RETURN NULL;
                    END IF;
                    RAISE EXCEPTION 'The loyalty ledger is only ever added to: %% refused.', TG_OP
                        USING ERRCODE = 'insufficient_privilege';
                END
                $$ LANGUAGE plpgsql;
                DROP TRIGGER IF EXISTS loyalty_entry_guard ON loyalty_entry;
                CREATE TRIGGER loyalty_entry_guard
                    BEFORE UPDATE OR DELETE OR TRUNCATE ON loyalty_entry
                    FOR EACH STATEMENT EXECUTE FUNCTION loyalty_entry_guard();
                """,
                guard=GUARD,
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("The ledger is kept by the cards: change a balance instead."))

    def write(self, vals):
        raise UserError(self.env._("The ledger cannot be changed."))

    def unlink(self):
        raise UserError(self.env._("The ledger cannot be changed."))

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _get_ledger_start(self):
        """When the ledger began, or False."""
        parameter = self.env["ir.config_parameter"].sudo().get_param(START_PARAMETER)
        return fields.Datetime.to_datetime(parameter)

    @api.model
    def _append(self, rows):
        """Add rows, dicts with the keys of `COLUMNS`, with one INSERT. Nothing else is checked."""
        if not rows:
            return
        self.env.cr.execute_values(
            f"INSERT INTO loyalty_entry ({', '.join(COLUMNS)}) VALUES %s",
            [tuple(row[column] for column in COLUMNS) for row in rows],
            page_size=len(rows),
        )
        self.invalidate_model()

    @api.model
    def _append_opening(self):
        """Write what every card holds that has no entry yet; at installation, with one INSERT."""
        self.env["loyalty.card"].flush_model(["points", "program_id", "company_id"])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO loyalty_entry (
                    card_id, program_id, program_name, company_id, date, kind, points,
                    qualifying_points, balance, author_id
                )
                SELECT id, program_id, program_name, company_id, %(date)s, 'opening', points,
                       GREATEST(points, 0), points, %(author)s
                  FROM (
                    SELECT card.id, card.program_id, program.name->>'en_US' AS program_name,
                           card.company_id, ROUND(card.points::numeric, 4) AS points
                      FROM loyalty_card card
                      LEFT JOIN loyalty_program program ON program.id = card.program_id
                     WHERE card.points NOT IN ('NaN', 'Infinity', '-Infinity')
                       AND NOT EXISTS (
                            SELECT FROM loyalty_entry entry WHERE entry.card_id = card.id
                       )
                  ) card
                 WHERE points <> 0
                 ORDER BY id
                """,
                date=fields.Datetime.now(),
                author=self.env.uid,
            )
        )
        self.invalidate_model()

    @api.model
    def _append_closing(self, cards):
        """Write that `cards` are about to be deleted: what was left on them is gone."""
        cards.flush_model(["points"])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO loyalty_entry (
                    card_id, program_id, program_name, company_id, date, kind, points,
                    qualifying_points, balance, author_id
                )
                SELECT card.id, card.program_id, program.name->>'en_US', card.company_id,
                       %(date)s, 'closed', -booked.points, 0, 0, %(author)s
                  FROM loyalty_card card
                  LEFT JOIN loyalty_program program ON program.id = card.program_id
                 CROSS JOIN LATERAL (
                    SELECT SUM(entry.points) AS points
                      FROM loyalty_entry entry
                     WHERE entry.card_id = card.id
                 ) booked
                 WHERE card.id IN %(cards)s AND booked.points IS NOT NULL
                 ORDER BY card.id
                """,
                date=fields.Datetime.now(),
                author=self.env.uid,
                cards=tuple(cards.ids),
            )
        )
        self.invalidate_model()
