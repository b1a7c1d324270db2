"""The addresses of the accounts domain."""

from django.urls import URLPattern

app_name = "accounts"
urlpatterns: list[URLPattern] = []
