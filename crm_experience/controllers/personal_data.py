import json
import re

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from werkzeug.exceptions import NotFound

IDS = re.compile(r"\d{1,10}(,\d{1,10})*", re.ASCII)


class PersonalData(http.Controller):
    @http.route(
        "/crm_experience/personal_data/<string:partner_ids>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, partner_ids):
        """What we know about contacts, as a file that is kept nowhere on the server."""
        if not IDS.fullmatch(partner_ids):
            raise NotFound
        ids = [int(partner_id) for partner_id in partner_ids.split(",")]
        try:
            answer = request.env["res.partner"].export_experience(ids, with_content=True)
        except UserError as error:
            # gone, too many, not allowed: who may know more is told by the method
            raise NotFound(str(error)) from error
        name = answer[0]["partner"]["name"] if len(answer) == 1 else request.env._("Customers")
        file_name = request.env._("%(name)s – what we know.json", name=name)
        return request.make_response(
            json.dumps(answer, ensure_ascii=False, indent=2),
            headers=[
                ("Content-Type", "application/json; charset=utf-8"),
                ("Content-Disposition", content_disposition(file_name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
