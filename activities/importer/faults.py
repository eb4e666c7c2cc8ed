"""What is wrong with a file, in words that somebody can act on: the same for every kind of file."""

from promises.tables.faults import Fault, InvalidImportError, refused

__all__ = ["Fault", "InvalidImportError", "refused"]
