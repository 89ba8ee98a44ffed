from . import crm_place_mixin, crm_properties_mixin  # isort: split

from . import crm_kept_mixin  # isort: split

from . import (
    crm_customer_condition,
    crm_customer_record,
    crm_experience_cursor,
    crm_experience_term,
    crm_guarded_mixin,
    crm_responsible_mixin,
    crm_team,
    crm_yearly_date,
    ir_http,
    ir_rule,
    ir_websocket,
    res_company,
    res_partner,
    res_partner_pulse,
)  # isort: split

from . import (
    crm_customer_note,
    crm_experience_dimension,
    crm_experience_intake,
    crm_touchpoint_trigger,
)  # isort: split

from . import (
    crm_experience_intake_references,
)
