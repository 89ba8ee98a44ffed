from . import rating_device
