import re

from odoo import SUPERUSER_ID, api

STYLE = (
    "border-top: 1px solid #d5dae0; color: #5f6b7a; font-size: 12px; margin: 24px 0 0; "
    "padding-top: 12px;"
)
OLD = f'<p style="{STYLE}">If you would rather get no greetings from us, just answer this mail.</p>'
# the same paragraph in any language
PARAGRAPH = re.compile(rf'<p style="{re.escape(STYLE)}">([^<]*)</p>')
WORDS = {"en_US": "I want no more greetings", "zh_CN": "我不想再收到祝福邮件"}


def get_new(words):
    return (
        f'<p t-if="object._get_greeting_stop_url()" style="{STYLE}">'
        '<a t-att-href="object._get_greeting_stop_url()" style="color: #5f6b7a;">'
        f"{words}</a></p>"
    )


def migrate(cr, _version):
    """Greetings get the link that ends them, where the shipped sentence in its place still stands.

    What somebody wrote instead is theirs. A mail is translated as a whole: in languages that do
    not come with the addon the sentence stays and becomes the link.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
    for name in ("birthday", "anniversary", "lunar_new_year"):
        template = env.ref(f"crm_experience.mail_template_{name}", raise_if_not_found=False)
        # as a plain text: markup would escape what is put into it
        if not template or OLD not in str(template.body_html or ""):
            continue
        bodies = template._fields["body_html"]._get_stored_translations(template)
        for lang, body in bodies.items():
            new = PARAGRAPH.sub(
                lambda match, lang=lang: get_new(WORDS.get(lang, match.group(1))), body
            )
            if new != body:
                template.with_context(lang=lang).body_html = new
