from odoo import SUPERUSER_ID, api

#: What is new of the vocabulary that comes with the addon; records that are there are not updated.
PERSONAL = ("store", "phone", "chat", "visit", "service_center", "event", "meeting")
STAGES = {
    "aware": (30, None),
    "choose": (45, None),
    "buy": (1, "first_30_days"),
    "first_30_days": (30, "use"),
    "use": (180, None),
    "after_sales": (14, "use"),
    "renew": (60, "use"),
}


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})

    def find(name):
        return env.ref(f"crm_experience.{name}", raise_if_not_found=False)

    for code in PERSONAL:
        if channel := find(f"crm_touchpoint_channel_{code}"):
            channel.is_personal = True
    for code, (days, following) in STAGES.items():
        if stage := find(f"crm_journey_stage_{code}"):
            stage.fallback_days = days
            stage.fallback_stage_id = following and find(f"crm_journey_stage_{following}")
