from django.contrib.auth import views as auth_views
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import path
from django.views.generic import RedirectView

from messager import views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="messages")),
    path("login/", auth_views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("password/", auth_views.PasswordChangeView.as_view(success_url="/messages/"), name="password_change"),
    path("messages/", views.messages, name="messages"),
    path("messages/send/", views.send_message, name="send_message"),
    path("messages/with/<str:username>/", views.conversation, name="conversation"),
]
urlpatterns += staticfiles_urlpatterns()  # with DJANGO_DEBUG only; otherwise nginx has them
