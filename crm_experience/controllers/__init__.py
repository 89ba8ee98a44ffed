from . import personal_data, rating_device
