from odoo import SUPERUSER_ID, api

STYLE = (
    "border-top: 1px solid #d5dae0; color: #5f6b7a; font-size: 12px; margin: 24px 0 0; "
    "padding-top: 12px;"
)
OLD = (
    f'<p style="{STYLE}">If you would rather get no greetings from us, just answer this mail.</p>'
)
NEW = (
    f'<p t-if="object._get_greeting_stop_url()" style="{STYLE}">'
    '<a t-att-href="object._get_greeting_stop_url()" style="color: #5f6b7a;">'
    "I want no more greetings</a></p>"
)


def migrate(cr, _version):
    """Greetings get the link that ends them, where the shipped sentence in its place still stands.

    What somebody wrote instead is theirs. The sentence in other languages comes with the addon.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
    for name in ("birthday", "anniversary", "lunar_new_year"):
        template = env.ref(f"crm_experience.mail_template_{name}", raise_if_not_found=False)
        # as a plain text: markup would escape what is put into it
        body = str(template.body_html or "") if template else ""
        if OLD in body:
            template.body_html = body.replace(OLD, NEW)
