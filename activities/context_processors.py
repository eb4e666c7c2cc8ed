"""Made-up numbers must never be taken for real ones: every page says when there are any."""

from django.http import HttpRequest

from activities.models import Activity


def example_data(request: HttpRequest) -> dict[str, object]:
    return {"example_data": Activity.objects.filter(is_example=True).exists()}
