"""Store a row past every check but the database's own."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction


def store(row: models.Model) -> models.Model:
    """Neither clean() nor save() is called: what is refused, the database refuses."""
    type(row)._base_manager.bulk_create([row])
    return row


def refused_by(row: models.Model) -> str:
    """The words of the database; "" where it took the row."""
    try:
        with transaction.atomic():
            store(row)
    except IntegrityError as error:
        return str(error)
    return ""


def names_constraint(words: str, name: str, model: type[models.Model]) -> bool:
    """Whether the database means this constraint. SQLite names the columns of a plain unique one."""
    if name in words:
        return True
    [constraint] = [one for one in model._meta.constraints if one.name == name]
    if connection.vendor != "sqlite" or not isinstance(constraint, models.UniqueConstraint):
        return False
    columns = [model._meta.get_field(field).column for field in constraint.fields]
    return words.endswith(": " + ", ".join(f"{model._meta.db_table}.{column}" for column in columns))


def named_constraints(*labels: str) -> set[str]:
    """Every constraint of the apps' models that has a name of its own."""
    found: Iterable[Any] = (model for label in labels for model in apps.get_app_config(label).get_models())
    return {constraint.name for model in found for constraint in model._meta.constraints}
