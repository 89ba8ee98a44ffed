from . import personal_data, rating_device
from . import (
    portal,
    portal_answer,
    portal_case,
    portal_preferences,
    portal_product,
    portal_return,
    portal_store,
)
