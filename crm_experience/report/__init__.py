from . import crm_feedback_response_report
