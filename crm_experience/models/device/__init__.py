from . import (
    crm_rating_device,
    crm_rating_tap,
)
