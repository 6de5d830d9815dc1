"""`python -m kg` is `fazhi`."""

from kg.cli import main

main()
