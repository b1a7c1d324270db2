"""The addresses of the journeys domain."""

from django.urls import URLPattern

app_name = "journeys"
urlpatterns: list[URLPattern] = []
