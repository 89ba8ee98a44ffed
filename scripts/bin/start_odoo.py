"""Start Odoo, as its own `odoo-bin` does, whichever form its source has.

A file, because a server with several workers starts its second process, the one for live
updates, with the file that it was started with itself; `python -m odoo` has none that runs.
"""

from odoo.cli import main

main()
