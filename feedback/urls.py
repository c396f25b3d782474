"""URLs of feedback."""

from django.urls import path

from feedback import views

app_name = "feedback"

urlpatterns = [
    path("insights/<slug:slug>/feedback/", views.answer, name="answer"),
    path("insights/<slug:slug>/feedback/<slug:outcome>/", views.outcome, name="outcome"),
]
