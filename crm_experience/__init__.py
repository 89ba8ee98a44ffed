from . import controllers, models, report, wizard
from . import controllers, models
from .hooks import uninstall_hook
