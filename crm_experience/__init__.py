from . import controllers, models, report, wizard
from . import models, wizard
from .hooks import uninstall_hook
