"""The addresses of the web domain."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from ensembleur.web import views

app_name = "web"
urlpatterns = [
    path("composants/", views.gallery, name="gallery"),
    path("composants/graphique.json", views.gallery_chart, name="gallery_chart"),
    path("composants/contours.geojson", views.gallery_outlines, name="gallery_outlines"),
    path("composants/points.geojson", views.gallery_points, name="gallery_points"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("donnees-personnelles/", views.privacy, name="privacy"),
    path("mentions-legales/", views.legal, name="legal"),
    # Choosing one's language changes nothing for anybody else: without a token, public pages set no cookie.
    path("langue/", csrf_exempt(set_language), name="set_language"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
