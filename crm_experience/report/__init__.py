from . import crm_customer_trend, crm_feedback_response_report
