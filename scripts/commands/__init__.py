"""One module a command: each has a `main` that takes the arguments and returns the exit code."""
