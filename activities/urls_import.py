from django.urls import path

from activities.views import importing

app_name = "imports"
urlpatterns = [
    path("", importing.ImportListView.as_view(), name="list"),
    path("mall.xlsx", importing.TemplateFileView.as_view(), name="template"),
    path("<int:pk>/", importing.BatchView.as_view(), name="detail"),
    path("<int:pk>/framsteg/", importing.ProgressView.as_view(), name="progress"),
    path("<int:pk>/rad/<int:number>/", importing.MendRowView.as_view(), name="row"),
    path("<int:pk>/att-ratta.xlsx", importing.MarkedFileView.as_view(), name="marked"),
    path("<int:pk>/angra/", importing.UndoView.as_view(), name="undo"),
    path("<int:pk>/slang/", importing.DiscardView.as_view(), name="discard"),
]
