def migrate(cr, version):
    """Shipped indicators that tell early what is to come: their data is not updated by itself."""
    cr.execute(
        "UPDATE crm_indicator SET timing = 'leading' WHERE code = ANY(%s)",
        [["new_opportunities", "meetings", "activities_done"]],
    )
