"""The addresses of the territory domain."""

from django.urls import URLPattern

app_name = "territory"
urlpatterns: list[URLPattern] = []
