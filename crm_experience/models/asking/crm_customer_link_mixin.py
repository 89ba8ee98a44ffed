import re
import secrets

from odoo import api, fields, models
from odoo.tools import consteq

# stands in mails for the token, as long as they have not left
MAIL_TOKEN = "for-the-customer-alone"
_TOKEN = re.compile(r"[\w-]{20,100}", re.ASCII)
_ID = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_NO_TOKEN = "x" * 43
_IN_MAIL = re.compile(rf"(/feedback/[a-z])/([1-9][0-9]{{0,8}})/{MAIL_TOKEN}\b", re.ASCII)


class CrmCustomerLinkMixin(models.AbstractModel):
    """What a customer gets by mail, with a link that is for nobody else: a token opens it.

    Whoever has the link can say that they want no more of it, see ``controllers/feedback.py``.
    """

    _name = "crm.customer.link.mixin"
    _description = "Link for the Customer Alone"

    # where its pages are, and which field of the contact says that they want no more of it
    _link_path = ""
    _refusal = ""

    access_token = fields.Char(readonly=True, copy=False, groups="base.group_system")

    # ------------------------------------------------------------
    # Address
    # ------------------------------------------------------------

    def _ensure_token(self):
        # tokens are behind a group; nobody gets to see the one that is made here
        for record in self.sudo().filtered(lambda row: not row.access_token):
            record.access_token = secrets.token_urlsafe(32)

    def _get_path(self, token):
        return f"{self._link_path}/{self.id}/{token}"

    def _get_url(self, path=""):
        """Return the address of the customer's page, as it stands in mails.

        Mails lie in the chatter, and colleagues read them, also those whose work is rated. So
        the token is not in it: it is put in when the mail leaves for the customer, see
        ``mail_mail.py``.
        """
        self.ensure_one()
        return f"{self.get_base_url()}{self._get_path(MAIL_TOKEN)}{path}"

    def _get_own_url(self, path=""):
        """Return the address of the customer's page; what has no link yet gets one.

        Whoever has the address acts as the customer: for their own page alone.
        """
        self.ensure_one()
        # The token is for nobody but the customer, who is shown it by the caller.
        record = self.sudo()
        record._ensure_token()
        return f"{self.get_base_url()}{self._get_path(record.access_token)}{path}"

    def _get_mail_headers(self):
        """Let mail programs offer to unsubscribe, as RFC 8058 says."""
        url = self._get_own_url("/stop")
        return {
            "List-Unsubscribe": f"<{url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "X-Auto-Response-Suppress": "OOF",
        }

    @api.model
    def _find_in_mail(self, body):
        """Return the records, of whatever model, whose links stand in a mail without a token."""
        ids = {}
        for path, number in _IN_MAIL.findall(body):
            ids.setdefault(path, set()).add(int(number))
        models_by_path = {
            self.env[name]._link_path: self.env[name].sudo()
            for name in self.pool.descendants([self._name], "_inherit")
            if not self.pool[name]._abstract
        }
        return [
            record
            for path, found in ids.items()
            if path in models_by_path
            for record in models_by_path[path].browse(sorted(found)).exists()
        ]

    # ------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------

    @api.model
    def _find_by_token(self, key, token, model=None):
        """Return the record of a model with an id and token, with all rights; else none.

        The comparison takes the same time for a token that is nearly right, and for an id that
        does not exist.
        """
        records = self.env[model or self._name].sudo()
        is_text = isinstance(key, str) and isinstance(token, str)
        if not is_text or not _ID.fullmatch(key) or not _TOKEN.fullmatch(token):
            return records
        number = int(key)
        record = records.browse(number if number < 2**31 else 0).exists()
        is_right = consteq(record.access_token or _NO_TOKEN, token) and bool(record.access_token)
        return record if is_right else records

    @api.model
    def _find_stop(self, key, token):
        """Return the record whose customer wants no more of its kind.

        Also when it is over: whoever wants to be left alone finds an old mail.
        """
        record = self._find_by_token(key, token)
        if not (record and record._can_stop() and record.company_id.active):
            return self.sudo().browse()
        return record.with_company(record.company_id)._in_lang()

    def _in_lang(self, wanted=None):
        """Return the record in the language of the customer, if it is installed."""
        codes = (self.partner_id.lang, wanted, self.company_id.partner_id.lang)
        return self.with_context(lang=self.env["ir.http"]._choose_page_lang(*codes))

    # ------------------------------------------------------------
    # Refusing
    # ------------------------------------------------------------

    def _can_stop(self):
        """Tell whether whoever has the link decides for the customer."""
        self.ensure_one()
        return bool(self.partner_id)

    def _is_stopped(self):
        """Tell whether the customer wants no more of it."""
        self.ensure_one()
        return self.partner_id[self._refusal]

    def _stop(self, is_stopped):
        """The customer wants no more of it, or wants it again."""
        self.ensure_one()
        self.partner_id[self._refusal] = is_stopped
