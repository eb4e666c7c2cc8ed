"""Activities from a file: ``reading`` (file -> raw rows), ``rows`` (raw row -> Entry), ``run`` (all or none).

docs/import-format.md is for who makes the files; docs/adr/0006 says why the same file adds nothing anew.
"""
