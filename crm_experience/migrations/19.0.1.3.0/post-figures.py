from odoo.tools import SQL

MORE = " No figure of fewer answers than the settings ask for."
DESCRIPTIONS = {
    "average_experience": "What customers lived through, from 0 to 10, as they told it.",
    "experience_gap": "Experience minus expectation, from -10 to 10. Zero is as expected, below "
    "zero customers are disappointed.",
    "delivered_value": "Total value less total cost as customers saw it, from -10 to 10.",
    "promoter_share": "Promoters in percent of all answers about recommendation.",
}


def migrate(cr, _version):
    """Say of shipped indicators that they need enough answers; the next night measures them so.

    Texts that somebody wrote stay. The translations of the others come with the addon.
    """
    for code, text in DESCRIPTIONS.items():
        cr.execute(
            SQL(
                """
                UPDATE crm_indicator SET description = jsonb_build_object('en_US', %s)
                 WHERE code = %s AND description->>'en_US' = %s
                """,
                text + MORE,
                code,
                text,
            )
        )
