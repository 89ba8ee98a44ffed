from odoo import SUPERUSER_ID, api

CONVERSATIONS = ("phone", "store", "visit", "meeting", "chat")
#: Steps that we take: the channels and the purpose that they came with, the channels they get.
STEPS = {
    "first_30_days_thanks": ((), "care", ()),
    "first_30_days_welcome": (CONVERSATIONS, False, ("phone",)),
    "first_30_days_usage": (CONVERSATIONS, False, CONVERSATIONS),
    "after_service_call": ((), "care", ()),
    "renewal_call": (CONVERSATIONS, False, CONVERSATIONS),
    "renewal_decide": (CONVERSATIONS, False, CONVERSATIONS),
}


def migrate(cr, _version):
    """A welcome call is not made by a customer who comes into the store.

    Steps that somebody changed stay as they are.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})

    def find(kind, names):
        refs = (
            env.ref(f"crm_experience.{kind}_{name}", raise_if_not_found=False) for name in names
        )
        return [record.id for record in refs if record]

    steps = env["crm.playbook.step"]
    for name, (channels, purpose, wanted) in STEPS.items():
        for step in steps.browse(find("crm_playbook_step", [name])):
            shipped = set(find("crm_touchpoint_channel", channels))
            if (
                set(step.trigger_channel_ids.ids) == shipped
                and step.trigger_purpose == purpose
                and not step.trigger_direction
                and not step.trigger_event
                and not step.trigger_stage_ids
            ):
                step.trigger_direction = "out"
                step.trigger_channel_ids = find("crm_touchpoint_channel", wanted)
