from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView


@method_decorator(login_not_required, name="dispatch")
class StartView(TemplateView):
    template_name = "accounts/start.html"


@method_decorator(login_not_required, name="dispatch")
class AccessibilityView(TemplateView):
    template_name = "accounts/accessibility.html"
