from . import crm_report_mixin  # others inherit from it

# isort: split
from . import crm_money_mixin  # others inherit from it

# isort: split
from . import (
    crm_campaign_report,
    crm_collection_plan_report,
    crm_collection_report,
    crm_funnel_report,
    crm_hot_lead_report,
    crm_sales_report,
    crm_sales_summary_report,
    crm_scorecard_report,
)
