"""The addresses of the territory domain."""

from django.urls import include, path, re_path

from ensembleur.territory.views import establishments, places, search

_PLACE = [
    path("", places.place_page, name="place"),
    path("contours.geojson", places.outlines, name="outlines"),
    path("secteurs.json", places.sector_chart, name="place_chart"),
    re_path(r"^export\.(?P<extension>csv|xlsx)$", places.place_export, name="place_export"),
]

app_name = "territory"
urlpatterns = [
    path("recherche/", search.search_page, name="search"),
    path("recherche/suggestions/", search.suggestions, name="suggestions"),
    path("recherche/points.geojson", search.search_points, name="search_points"),
    re_path(r"^recherche/export\.(?P<extension>csv|xlsx|geojson)$", search.search_export, name="search_export"),
    re_path(r"^entreprise/(?P<siret>[0-9]{14})/$", establishments.establishment_page, name="establishment"),
    re_path(r"^entreprise/(?P<siren>[0-9]{9})/$", establishments.company_page, name="company"),
    re_path(r"^entreprise/(?P<number>[0-9]{14}|[0-9]{9})/points\.geojson$", establishments.points, name="site_points"),
    path("territoires/", places.places_page, name="places"),
    re_path(r"^territoires/(?P<kind>commune|epci|departement|region)/(?P<code>[0-9AB]{2,9})/", include(_PLACE)),
]
