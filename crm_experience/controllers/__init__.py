from . import rating_device
from . import personal_data
