"""Base of every row that carries a number: it can be corrected and voided, never deleted."""

from typing import Any, NoReturn

from django.db import models


class KeptQuerySet(models.QuerySet[Any]):
    def delete(self) -> NoReturn:
        raise TypeError(f"{self.model.__name__} rows are never deleted.")


class KeptModel(models.Model):
    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} rows are never deleted.")
