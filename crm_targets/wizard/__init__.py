from . import crm_target_return
