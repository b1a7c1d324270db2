"""The addresses of the accounts domain."""

from django.urls import URLPattern, path

from ensembleur.accounts.views import account, home

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("moi/", account.account, name="account"),
    path("demonstration/", home.demo_enter, name="demo_enter"),
]
