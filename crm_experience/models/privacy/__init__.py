from . import (
    crm_lead_personal_data,
    crm_personal_data,
    res_partner_personal_data,
)
