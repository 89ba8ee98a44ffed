"""Pages of their own, on which nobody is signed in."""

from odoo.http import request

# The address of the page is a secret: no cache, other site or search engine shall learn it.
SECRET_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def speak_like_browser():
    """Answer in the language of the browser if it is installed, else in that of the company."""
    company = request.env.company.sudo()  # its language is no secret
    codes = (request.best_lang, company.partner_id.lang)
    request.update_context(lang=request.env["ir.http"]._choose_page_lang(*codes))
