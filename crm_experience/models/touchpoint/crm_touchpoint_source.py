from odoo import api, fields, models
from odoo.addons.crm_targets.models.crm_indicator_definition import DefinitionError
from odoo.exceptions import UserError, ValidationError

DEFINITION_FIELDS = (
    *("model_name", "domain", "partner_field", "date_field", "change_field", "change_values"),
    *("team_field", "user_field", "company_field", "amount_field"),
)
MAX_VALUES = 50


class CrmTouchpointSource(models.Model):
    """Any other model whose records are contacts with a customer, without a line of code.

    The model is named, not imported: it may belong to an app that this addon knows nothing about,
    and the source is *unavailable* until that app is installed. What is allowed is what is allowed
    for indicators: models and fields that whoever defines it may read and that hold no
    credentials or correspondence.
    """

    _name = "crm.touchpoint.source"
    _description = "Source of Touchpoints"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="What happened, as it is shown on the timeline, such as “Repair finished”.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, help="Nothing is captured by an archived source.")
    model_name = fields.Char(
        string="Model", required=True, help="Technical name of the model that is captured."
    )
    model_choice = fields.Selection(
        selection="_selection_model_choice",
        string="Records",
        compute="_compute_model_choice",
        inverse="_inverse_model_choice",
        help="What is captured. You can only choose what you may read.",
    )
    domain = fields.Char(
        string="Filter",
        default="[]",
        help="Which records are contacts. A record is captured as soon as it fits. "
        "Archived records count only if the filter says so.",
    )
    partner_field = fields.Char(
        string="Customer Field",
        required=True,
        help="The customer of a record, such as partner_id, or order_id.partner_id for one "
        "relation away. Records without a customer are no contacts.",
    )
    date_field = fields.Char(
        required=True,
        default="create_date",
        help="When it happened. A date without a time counts as noon.",
    )
    change_field = fields.Char(
        string="Each Time This Field Changes",
        help="Empty: a record is one contact. Otherwise every change of this field to one of the "
        "values below is a contact, at the moment of the change: won, reopened and won again "
        "counts twice.",
    )
    change_values = fields.Text(
        string="To One of These Values",
        help="One value per line: the technical value of a selection, the id of a related record, "
        "a number, or true and false.",
    )
    channel_id = fields.Many2one("crm.touchpoint.channel", required=True, ondelete="restrict")
    stage_id = fields.Many2one("crm.journey.stage", string="Journey Stage", ondelete="restrict")
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")],
        required=True,
        default="in",
        help="Incoming: the customer turned to us. Outgoing: we turned to the customer.",
    )
    purpose = fields.Selection([("sale", "Sale"), ("service", "Service"), ("care", "Care")])
    amount_field = fields.Char(
        help="What the customer bought on this occasion, where no order in Odoo has it.",
    )
    team_field = fields.Char(string="Sales Team Field")
    user_field = fields.Char(string="Person Field")
    company_field = fields.Char(
        help="Where it is empty, a record counts for the company of its team, else of its person, "
        "else of whoever created it."
    )
    state = fields.Selection(
        [("ready", "Capturing"), ("unavailable", "Unavailable"), ("error", "Error")],
        compute="_compute_state",
    )
    problem = fields.Char(compute="_compute_state")
    touchpoint_count = fields.Integer(
        string="Captured Touchpoints", compute="_compute_touchpoint_count"
    )

    # ------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------

    @api.model
    def _selection_model_choice(self):
        return [
            choice
            for choice in self.env["crm.indicator"].sudo(self.env.su)._selection_model_choice()
            if choice[0] != "crm.touchpoint"
        ]

    @api.depends("model_name")
    def _compute_model_choice(self):
        indicators = self.env["crm.indicator"]
        for source in self:
            model = self.env.get(source.model_name or "")
            choice = model is not None and indicators._is_measurable(model)
            source.model_choice = source.model_name if choice else False

    def _inverse_model_choice(self):
        for source in self.filtered("model_choice"):
            source.model_name = source.model_choice

    @api.onchange("model_choice")
    def _onchange_model_choice(self):
        if self.model_choice and self.model_choice != self.model_name:
            names = self.env[self.model_choice]._fields
            self.model_name = self.model_choice
            self.domain = "[]"
            self.change_field = self.change_values = self.amount_field = False
            self.date_field = "create_date" if "create_date" in names else False
            for name in ("partner", "team", "user", "company"):
                field = f"{name}_id"
                self[f"{name}_field"] = field if field in names else False

    @api.depends(*DEFINITION_FIELDS)
    def _compute_state(self):
        for source in self:
            try:
                source._verify()
            except DefinitionError as problem:
                source.state, source.problem = problem.state, str(problem)
            else:
                source.state, source.problem = "ready", False

    def _compute_touchpoint_count(self):
        counts = dict(
            self.env["crm.touchpoint"]._read_group(
                [("capture_source_id", "in", self.ids)], ["capture_source_id"], ["__count"]
            )
        )
        for source in self:
            source.touchpoint_count = counts.get(source, 0)

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains(*DEFINITION_FIELDS)
    def _check_definition(self):
        for source in self:
            try:
                # Constraints run with all rights; what counts are those of the definer.
                source.sudo(False)._verify()
            except DefinitionError as problem:
                # An app that is not there yet is no mistake: it may be installed tomorrow.
                if problem.state == "error":
                    raise ValidationError(str(problem)) from problem

    def _verify(self):
        """Check that the definition can be captured and that the current user may see all of it.

        :return: the model, the parsed filter and the parsed values of the change
        :raises DefinitionError: with a sentence that says what to change
        """
        self.ensure_one()
        _ = self.env._
        indicators = self.env["crm.indicator"]
        if not self.model_name:
            raise DefinitionError("error", _("Choose the records to capture."))
        model = self.env.get(self.model_name)
        if model is None:
            raise DefinitionError(
                "unavailable", _("“%(model)s” is not installed.", model=self.model_name)
            )
        indicators._verify_model(model)
        if model._name == "crm.touchpoint" or not model._auto:
            raise DefinitionError(
                "error",
                _(
                    "“%(model)s” cannot be captured.",
                    model=indicators._get_model_label(model),
                ),
            )
        if not self.partner_field or not self.date_field:
            raise DefinitionError("error", _("Choose the customer and the date of a record."))
        indicators._verify_path(model, self.date_field, types=("date", "datetime"))
        for path, comodel in (
            (self.partner_field, "res.partner"),
            (self.team_field, "crm.team"),
            (self.user_field, "res.users"),
            (self.company_field, "res.company"),
        ):
            if path:
                indicators._verify_path(model, path, types=("many2one",), comodel=comodel)
        if self.amount_field:
            indicators._verify_path(
                model, self.amount_field, types=("integer", "float", "monetary")
            )
        return model, indicators._verify_filter(model, self.domain), self._verify_change(model)

    def _verify_change(self, model):
        """Return the values that the field must change to, as the database holds them."""
        if not self.change_field:
            return None
        _ = self.env._
        if "." in self.change_field:
            raise DefinitionError("error", _("The field that changes must be one of the record."))
        types = ("selection", "many2one", "boolean", "integer", "char")
        self.env["crm.indicator"]._verify_path(model, self.change_field, types=types)
        field = model._fields[self.change_field]
        values = [line.strip() for line in (self.change_values or "").splitlines() if line.strip()]
        if not 0 < len(values) <= MAX_VALUES:
            raise DefinitionError(
                "error",
                _("Name the values that count, one per line, at most %(limit)s.", limit=MAX_VALUES),
            )
        return frozenset(self._parse_value(model, field, value) for value in values)

    def _parse_value(self, model, field, text):
        known = True
        value = text
        if field.type == "boolean":
            known = text.lower() in ("true", "false")
            value = text.lower() == "true"
        elif field.type in ("integer", "many2one"):
            known = text.isdecimal() and len(text) < 10
            value = int(text) if known else 0
        elif field.type == "selection":
            # the choices of a field are no secret
            known = text in field.get_values(self.env)
        if not known:
            raise DefinitionError(
                "error",
                self.env._(
                    "“%(value)s” is not a value of “%(field)s”.", value=text, field=field.name
                ),
            )
        return value

    @api.ondelete(at_uninstall=False)
    def _unlink_except_captured(self):
        # Whether there is any is all that is told.
        if (
            self.env["crm.touchpoint"]
            .sudo()
            .search_count([("capture_source_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._("Contacts were captured by this source. Archive it instead.")
            )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_view_touchpoints(self):
        """Open what the source has captured."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_touchpoint_action"
        )
        action["domain"] = [("capture_source_id", "=", self.id)]
        action["context"] = {"create": False}
        return action

    def action_backfill(self):
        """Write what is there already, and show how far it is."""
        self.env["crm.touchpoint.backfill"].check_access("write")
        self.env["crm.touchpoint.backfill"]._start([], self.filtered("active"))
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_touchpoint_backfill_action"
        )
