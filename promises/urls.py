from django.urls import path

from promises.views import about, class_import, register

app_name = "promises"
urlpatterns = [
    path("om/", about.AboutView.as_view(), name="about"),
    path("effekter/", about.EffectsView.as_view(), name="effects"),
    path(
        "effekter/<int:indicator_pk>/ny-matning/",
        about.MeasurementCreateView.as_view(),
        name="measurement_create",
    ),
    path("effekter/matning/<int:pk>/makulera/", about.MeasurementVoidView.as_view(), name="measurement_void"),
    path("andringar/<int:pk>/makulera/", about.AmendmentVoidView.as_view(), name="amendment_void"),
    path("klasser/", register.ClassListView.as_view(), name="class_list"),
    path("klasser/las-in/", class_import.ClassImportView.as_view(), name="class_import"),
    path("klasser/mall.xlsx", class_import.ClassTemplateView.as_view(), name="class_template"),
    path("klasser/nya/", register.ClassCreateView.as_view(), name="class_create"),
    path("klasser/<int:pk>/", register.ClassCorrectView.as_view(), name="class_correct"),
    path("klasser/<int:pk>/avsluta/", register.ClassCloseView.as_view(), name="class_close"),
    path("klasser/<int:pk>/sla-ihop/", register.ClassMergeView.as_view(), name="class_merge"),
]
