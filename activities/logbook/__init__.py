"""A promise's log: every act on it and its rows, for whoever may see them (docs/adr/0023)."""
