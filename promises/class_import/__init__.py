"""The class register from a file: ``rows`` (file -> which class each row means), ``plan`` (what would change), ``run``
(all or none), ``template`` (an empty or filled-in workbook to begin with). docs/class-format.md; docs/adr/0021.
"""
