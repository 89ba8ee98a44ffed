import re

from odoo import SUPERUSER_ID, api

# how greetings were shipped to end
END = re.compile(
    r'(<p t-if="object\.user_id"><t t-out="object\.user_id\.name">[^<]*</t></p>)(\s*</div>\s*)$'
)
SENTENCE = (
    '<p style="border-top: 1px solid #d5dae0; color: #5f6b7a; font-size: 12px; margin: 24px 0 0; '
    'padding-top: 12px;">If you would rather get no greetings from us, just answer this mail.</p>'
)


def migrate(cr, _version):
    """Greetings that end as they were shipped say how not to get them; later it is a link."""
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
    for name in ("birthday", "anniversary", "lunar_new_year"):
        template = env.ref(f"crm_experience.mail_template_{name}", raise_if_not_found=False)
        if not template or not template.body_html:
            continue
        bodies = template._fields["body_html"]._get_stored_translations(template)
        for lang, body in bodies.items():
            if END.search(body):
                new = END.sub(rf"\1\n    {SENTENCE}\2", body)
                template.with_context(lang=lang).body_html = new
