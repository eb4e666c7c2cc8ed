from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("logga-in/", views.StartView.as_view(), name="login"),
    path("logga-ut/", views.LogoutView.as_view(), name="logout"),
    path("", views.ProfileView.as_view(), name="profile"),
    path("losenord/", views.PasswordView.as_view(), name="password"),
    path("inbjudan/<uidb64>/<token>/", views.InvitationView.as_view(), name="invitation"),
    path("anvandare/", views.UserListView.as_view(), name="user_list"),
    path("anvandare/ny/", views.UserCreateView.as_view(), name="user_create"),
    path("anvandare/<int:pk>/", views.UserEditView.as_view(), name="user_edit"),
    path("anvandare/<int:pk>/bjud-in/", views.InviteView.as_view(), name="user_invite"),
]
