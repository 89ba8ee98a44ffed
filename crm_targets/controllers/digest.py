from odoo import http
from odoo.http import request


class DigestController(http.Controller):
    @http.route(
        "/crm_targets/digest/<int:user_id>/unsubscribe",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,  # the mail program posts by itself; the token is what proves who it is
    )
    def unsubscribe(self, user_id, token="", **_kwargs):
        """Ask whether, and on POST see to it, that no more scorecards come by mail.

        Reading the page changes nothing: scanners of mails open every link.
        """
        # The token proves that the link came with a mail to this user; nothing else is done.
        user = request.env["res.users"].sudo().browse(user_id)
        if user_id > 2**31 - 1 or not user._check_digest_token(token) or not user.exists():
            raise request.not_found()
        done = request.httprequest.method == "POST"
        if done:
            user.crm_targets_digest = False
        return request.render(
            "crm_targets.digest_unsubscribe_page", {"done": done, "token": token, "user": user}
        )
