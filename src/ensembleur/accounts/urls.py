"""The addresses of the accounts domain."""

from django.urls import URLPattern, path

from ensembleur.accounts.views import account, claims, home, notices, people, post, second_factor

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("moi/", account.account, name="account"),
    path("moi/role/<int:pk>/quitter/", account.end_role, name="end_role"),
    path("mes-donnees/", account.personal_data, name="personal_data"),
    path("mes-donnees/export/", account.export_data, name="export_data"),
    path("mes-donnees/effacer/", account.erase_data, name="erase_data"),
    path("double-authentification/", second_factor.second_factor, name="second_factor"),
    path("personnes/", people.people, name="people"),
    path("personnes/<int:pk>/retirer/", people.revoke, name="revoke"),
    path("invitations/", people.invitations, name="invitations"),
    path("invitations/nouvelle/", people.invite_someone, name="invite"),
    path("invitations/<int:pk>/annuler/", people.cancel, name="cancel_invitation"),
    path("invitation/oublier/", people.forget_invitation, name="forget_invitation"),
    path("invitation/<str:token>/", people.accept, name="accept"),
    path("demandes/", claims.claims, name="claims"),
    path("demandes/<int:pk>/", claims.decide, name="decide_claim"),
    path("demandes/<int:pk>/reponse/", claims.answer, name="answer_claim"),
    path("entreprise/", claims.claim, name="claim"),
    path("entreprise/<str:siret>/", claims.claim, name="claim_siret"),
    path("avis/", notices.notices, name="notices"),
    path("avis/lus/", notices.read_every, name="read_notices"),
    path("avis/reglages/", notices.notice_settings, name="notice_settings"),
    path("avis/desabonner/<str:token>/", notices.unsubscribe_me, name="unsubscribe"),
    path("avis/<int:pk>/", notices.open_notice, name="open_notice"),
    path("avis/<int:pk>/lu/", notices.read_one, name="read_notice"),
    path("courriels/", post.mailings, name="mailings"),
    path("demonstration/", home.demo_enter, name="demo_enter"),
]
