from . import crm_customer_record_erase
