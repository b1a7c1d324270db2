"""The addresses of the exchange, under the names allauth knows."""

from django.urls import path

from ensembleur.accounts.views.proconnect import views

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", views.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
]
