"""The addresses of the web domain."""

from django.urls import URLPattern

app_name = "web"
urlpatterns: list[URLPattern] = []
