"""What `./dev` is made of: one concept a module. `cli.py` names the commands."""
