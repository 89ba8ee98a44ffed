from . import (
    crm_case,
    feedback,
    personal_data,
    portal,
    portal_answer,
    portal_case,
    portal_preferences,
    portal_product,
    portal_return,
    portal_store,
    rating_device,
    survey,
)
