from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

MAX_PARTNERS = 100
ADDON = "crm_experience"
# What the customer said to all companies, and what protects them once the rest is erased.
REFUSALS = {
    *("experience_opt_out", "is_greeting_refused", "is_phone_refused", "is_post_refused"),
}


class ResPartner(models.Model):
    """What we know about a person is theirs: handed out and erased as a whole.

    Both find by themselves what there is: the records of every model that inherits
    ``crm.customer.record``, and the fields that this addon adds to contacts.
    """

    _inherit = "res.partner"

    experience_erased_date = fields.Datetime(
        string="Erased On",
        readonly=True,
        copy=False,
        groups="crm_experience.group_crm_experience_user",
        help="When what was known about this customer was erased the last time. The history from "
        "before is not written again.",
    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def unlink(self):
        """Erase through the records: the database alone would leave their messages behind."""
        self.check_access("unlink")
        self._erase_experience()
        return super().unlink()

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def export_experience(self, partner_ids, with_content=False):
        """Return everything that we know about customers, to hand it out to them.

        For team leads and administrators. Everybody exports what they may read; what they may
        not read in their companies is counted, so that nobody takes a part for the whole.

        :param list partner_ids: ids of 1 to 100 contacts
        :param bool with_content: also the content of attachments, in base64
        :return: per contact, in order, ``partner`` (``id``, ``name`` and what we added to the
            contact), ``records``: per model ``model``, ``name``, ``fields`` (labels by name),
            ``rows``, ``messages``, ``activities``, ``attachments``, ``left_out`` (how many
            rows the caller may not read); what is empty is an absent key
        :raises AccessError: for others than team leads, and for contacts they may not read
        """
        partners = self._get_personal_data_partners(partner_ids)
        if not isinstance(with_content, bool):
            raise UserError(self.env._("with_content is true or false."))
        return [partner._prepare_experience_export(with_content) for partner in partners]

    def action_export_experience(self):
        """Download what we know; the file is made on the way and kept nowhere."""
        partners = self._get_personal_data_partners(self.ids)
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_experience/personal_data/{','.join(map(str, partners.ids))}",
            "target": "download",
        }

    def action_erase_experience(self):
        """Erase for good what our companies know about these customers; the contacts stay.

        For administrators. What happens from now on is written down again. Who wanted not to be
        asked, called or written to is left in peace as before.
        """
        if not self.env.user.has_group("crm_experience.group_crm_experience_admin"):
            raise AccessError(
                self.env._("Only administrators of Customer Experience may erase what we know.")
            )
        # What is erased is ours: who may not change the contact may still be who answers for it.
        self.check_access("read")
        self._erase_experience(self.env.companies)
        for partner in self.sudo():
            partner._message_log(body=self.env._("What we knew about this customer was erased."))
        return True

    # ------------------------------------------------------------
    # Arguments
    # ------------------------------------------------------------

    @api.model
    def _get_personal_data_partners(self, partner_ids):
        """Return the contacts, if the user may hand out what is known about them."""
        if (
            not isinstance(partner_ids, (list, tuple))
            or not 1 <= len(partner_ids) <= MAX_PARTNERS
            or not all(
                isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
                for value in partner_ids
            )
        ):
            raise UserError(
                self.env._("Send the ids of 1 to %(limit)s contacts.", limit=MAX_PARTNERS)
            )
        if not self.env.user.has_group("crm_experience.group_crm_experience_lead"):
            raise AccessError(
                self.env._("Only team leads and administrators may export what we know.")
            )
        partners = self.browse(dict.fromkeys(partner_ids)).exists()
        if len(partners) < len(set(partner_ids)):
            raise UserError(self.env._("This record is not there any more."))
        partners.check_access("read")
        return partners

    # ------------------------------------------------------------
    # Export
    # ------------------------------------------------------------

    def _prepare_experience_export(self, with_content):
        """Return what the user may read about the customer."""
        self.ensure_one()
        export = self.env["crm.personal.data"]
        names = ["name", "email", *self._get_experience_fields()]
        [about] = export._prepare_rows(self, names)
        return {
            "partner": about,
            "date": fields.Datetime.to_string(fields.Datetime.now()),
            "records": [
                section
                for model in self.env["crm.customer.record"]._get_customer_models()
                if (section := export._prepare_section(self, model, with_content))
            ],
        }

    @api.model
    def _get_experience_fields(self):
        """Return the fields that this addon adds to contacts and that hold what we know."""
        return [
            name
            for name, field in self._fields.items()
            if field._modules
            and field._modules[0] == ADDON
            and field.store
            and (not field.compute or not field.readonly)
            and name != "experience_erased_date"
            and field.type not in ("one2many", "many2many")
        ]

    # ------------------------------------------------------------
    # Erasure
    # ------------------------------------------------------------

    def _erase_experience(self, companies=None):
        """Erase what is known about the customers.

        :param companies: only what these companies know, and what belongs to none

        With all rights: whoever may delete a contact may delete what we know about it, and
        core's database would do it anyway; who may erase and let the contact stay is decided
        by the caller.
        """
        if not self:
            return
        for model in self.env["crm.customer.record"].sudo()._get_customer_models():
            domain = model._get_customer_domain(self)
            if companies is not None:
                domain &= model._get_company_domain(companies)
            if records := model.search(domain):
                records._erase_records()
        if companies is None:
            return
        # without tracking: the old values would be kept as the trace of the change
        partners = self.sudo().with_context(tracking_disable=True)
        names = [name for name in partners._get_experience_fields() if name not in REFUSALS]
        defaults = partners.default_get(names)
        partners.write(
            {name: defaults.get(name, False) for name in names}
            | {"experience_erased_date": fields.Datetime.now()}
        )
        partners._get_experience_tracking(names).unlink()
        partners._get_experience_activities().unlink()

    def _get_experience_counts(self, companies):
        """Return how much these companies know, as (name, count) of every model that has any."""
        counts = []
        # numbers only, for whoever may erase all of it
        for model in self.env["crm.customer.record"].sudo()._get_customer_models():
            domain = model._get_customer_domain(self) & model._get_company_domain(companies)
            if count := model.search_count(domain):
                counts.append((self.env["ir.model"]._get(model._name).sudo().name, count))
        return counts

    def _get_experience_tracking(self, names):
        """Return the old and new values of these fields in the chatter of the contacts."""
        return self.env["mail.tracking.value"].search(
            Domain("field_id.model", "=", self._name)
            & Domain("field_id.name", "in", names)
            & Domain("mail_message_id.model", "=", self._name)
            & Domain("mail_message_id.res_id", "in", self.ids)
        )

    def _get_experience_activities(self):
        """Return the activities on the contacts that this addon planned, done ones included."""
        types = self.env["ir.model.data"].search(
            Domain("module", "=", ADDON) & Domain("model", "=", "mail.activity.type")
        )
        return (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                Domain("res_model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & Domain("activity_type_id", "in", types.mapped("res_id"))
            )
        )
