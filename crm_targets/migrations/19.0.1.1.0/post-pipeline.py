def migrate(cr, _version):
    """The indicators of the first version learn which pipeline feeds them."""
    for code, kind in (("signed_amount", "amount"), ("won_opportunities", "count")):
        cr.execute(
            "UPDATE crm_indicator SET pipeline = %s WHERE code = %s AND pipeline IS NULL",
            (kind, code),
        )
