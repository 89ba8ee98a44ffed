from . import (
    crm_playbook,
    crm_playbook_run,
    crm_playbook_run_step,
    crm_playbook_step,
    mail_activity_playbook,
)  # isort: split

from . import (
    crm_playbook_api,
    crm_playbook_run_cancel,
    crm_playbook_run_step_follow,
    crm_playbook_start,
)
