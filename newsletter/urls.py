"""URLs of the newsletter."""

from django.urls import path

from newsletter.signup import views

app_name = "newsletter"

urlpatterns = [
    path("", views.about, name="about"),
    path("subscribe/", views.subscribe, name="subscribe"),
    path("sent/", views.sent, name="sent"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
