"""Activities out of a file: ``reading`` (file -> raw rows), ``rows`` (raw row -> Entry), ``run`` (all or nothing).

docs/import-format.md says it for those who make the files, docs/adr/0006 why the same file adds nothing twice.
"""
