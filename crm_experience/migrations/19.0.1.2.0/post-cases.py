def migrate(cr, version):
    """Answers that were given before there were rules for cases open none."""
    cr.execute("UPDATE crm_feedback SET is_case_checked = TRUE")
