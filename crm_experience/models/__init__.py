# Each folder is a part of the addon; those below build on those above.
from . import shared  # isort: split

from . import touchpoint  # isort: split

from . import feedback  # isort: split

from . import asking  # isort: split

from . import device  # isort: split

from . import notebook  # isort: split

from . import privacy  # isort: split

from . import case  # isort: split

from . import playbook  # isort: split

from . import journey  # isort: split

from . import portal
