"""How much of a file is read at all. Far above any real promise, far below what would fill the machine."""

MAX_BYTES = 10_000_000
MAX_UNPACKED = 100_000_000
MAX_ROWS = 50_000
MAX_WIDTH = 60
