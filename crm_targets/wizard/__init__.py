from . import (
    crm_target_return,
    crm_target_split,
    crm_target_split_line,
)
