// A map that works offline: our own outlines behind, points grouped in front, a tile background only when the site has one.
import maplibregl from "maplibre-gl/dist/maplibre-gl-csp.js";

const TONES = ["match", ["get", "tone"], "yes", "#1b6437", "no", "#9b2226", "unknown", "#7a5200", "closed", "#545d69", "#0b5563"];
const FRENCH = {
  "AttributionControl.ToggleAttribution": "Afficher ou masquer les sources",
  "FullscreenControl.Enter": "Plein écran", "FullscreenControl.Exit": "Quitter le plein écran",
  "Map.Title": "Carte", "Marker.Title": "Repère", "NavigationControl.ResetBearing": "Remettre le nord en haut",
  "NavigationControl.ZoomIn": "Agrandir", "NavigationControl.ZoomOut": "Réduire", "Popup.Close": "Fermer",
  "CooperativeGesturesHandler.WindowsHelpText": "Maintenez Ctrl et faites défiler pour agrandir la carte",
  "CooperativeGesturesHandler.MacHelpText": "Maintenez ⌘ et faites défiler pour agrandir la carte",
  "CooperativeGesturesHandler.MobileHelpText": "Déplacez la carte avec deux doigts",
};
const FONTS = ["Atkinson Hyperlegible Next Variable"];
const ILE_DE_FRANCE = [[1.44, 48.12], [3.56, 49.24]];

async function features(url) {
  if (!url) return { type: "FeatureCollection", features: [] };
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

function style(outlines, points, tiles) {
  const sources = {
    outlines: { type: "geojson", data: outlines },
    points: { type: "geojson", data: points, cluster: true, clusterRadius: 46, clusterMaxZoom: 13 },
  };
  const layers = [{ id: "ground", type: "background", paint: { "background-color": "#eef1f4" } }];
  if (tiles) {
    sources.tiles = { type: "raster", tiles: [tiles], tileSize: 256, attribution: "© IGN" };
    layers.push({ id: "tiles", type: "raster", source: "tiles" });
  }
  layers.push(
    { id: "areas", type: "fill", source: "outlines", paint: { "fill-color": ["coalesce", ["get", "fill"], "#ffffff"], "fill-opacity": tiles ? 0.25 : 1 } },
    { id: "borders", type: "line", source: "outlines", paint: { "line-color": "#98a2b0", "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.4, 12, 1.4] } },
    { id: "groups", type: "circle", source: "points", filter: ["has", "point_count"], paint: { "circle-color": "#083d47", "circle-radius": ["step", ["get", "point_count"], 15, 20, 19, 200, 25, 2000, 31], "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
    { id: "counts", type: "symbol", source: "points", filter: ["has", "point_count"], layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": FONTS, "text-size": 13, "text-allow-overlap": true }, paint: { "text-color": "#fff" } },
    { id: "places", type: "circle", source: "points", filter: ["!", ["has", "point_count"]], paint: { "circle-color": TONES, "circle-radius": 7, "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
  );
  return { version: 8, sources, layers };
}

function bounds(...collections) {
  const box = new maplibregl.LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(walk));
  for (const { features: list } of collections) for (const { geometry } of list) if (geometry?.coordinates?.length) walk(geometry.coordinates);
  return box.isEmpty() ? ILE_DE_FRANCE : box;
}

function card({ name, url, detail }) {
  const box = document.createElement("div");
  const title = document.createElement(url ? "a" : "strong");
  title.textContent = name ?? "";
  if (url) title.href = url;
  box.append(title);
  if (detail) box.append(Object.assign(document.createElement("p"), { textContent: detail }));
  return box;
}

function answerClicks(map) {
  const popup = new maplibregl.Popup({ maxWidth: "280px", focusAfterOpen: true });
  map.on("click", "groups", async (event) => {
    const [group] = event.features;
    const zoom = await map.getSource("points").getClusterExpansionZoom(group.properties.cluster_id);
    map.easeTo({ center: group.geometry.coordinates, zoom });
  });
  map.on("click", "places", (event) => {
    const [place] = event.features;
    popup.setLngLat(place.geometry.coordinates).setDOMContent(card(place.properties)).addTo(map);
  });
  map.on("click", "areas", (event) => {
    const [area] = event.features;
    if (!area.properties.name || map.queryRenderedFeatures(event.point, { layers: ["places", "groups"] }).length) return;
    popup.setLngLat(event.lngLat).setDOMContent(card(area.properties)).addTo(map);
  });
  for (const layer of ["groups", "places"]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
}

// A button appears once the map has moved: the form's own field takes the window, and the search starts again.
function offerWindow(map, element) {
  const form = document.getElementById(element.dataset.windowForm);
  const field = form?.elements.namedItem("bbox");
  if (!field) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-primary map-window", hidden: true });
  button.textContent = element.dataset.windowLabel;
  button.addEventListener("click", () => {
    const box = map.getBounds();
    field.value = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((degrees) => degrees.toFixed(4)).join(",");
    form.requestSubmit();
  });
  element.append(button);
  map.on("moveend", (event) => event.originalEvent && (button.hidden = false));
}

// A list beside the map may name other points once it has changed: `data-points-of` says which map, `data-url` where they are.
function followList(map, element) {
  const follow = async () => {
    const url = document.querySelector(`[data-points-of="${element.id}"]`)?.dataset.url;
    if (!url || url === element.dataset.points) return;
    element.dataset.points = url;
    const places = await features(url);
    if (url !== element.dataset.points) return; // a later answer is on its way
    map.getSource("points").setData(places);
    if (places.features.length) map.fitBounds(bounds(places), { padding: 40, maxZoom: 13, animate: false });
  };
  document.addEventListener("htmx:afterSettle", () => follow().catch(console.warn));
}

export async function draw(element) {
  const { worker, style: sheet, outlines, points, tiles, title } = element.dataset;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet });
  const styled = new Promise((done) => (link.onload = link.onerror = done));
  if (!document.querySelector(`link[href="${sheet}"]`)) document.head.append(link);
  else link.onload();
  maplibregl.setWorkerUrl(worker);
  const [areas, places] = await Promise.all([features(outlines), features(points), styled]);
  const isFrench = document.documentElement.lang !== "en";
  const map = new maplibregl.Map({
    container: element, style: style(areas, places, tiles), bounds: bounds(places.features.length ? places : areas),
    fitBoundsOptions: { padding: 40, maxZoom: 13 }, cooperativeGestures: true, dragRotate: false, pitchWithRotate: false,
    touchPitch: false, maxZoom: 18, attributionControl: { compact: true }, locale: isFrench ? FRENCH : {},
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.FullscreenControl(), "top-right");
  map.getCanvas().setAttribute("aria-label", title);
  answerClicks(map);
  offerWindow(map, element);
  followList(map, element);
  element.parentElement.querySelector("[data-map-help]")?.removeAttribute("hidden");
  element.dataset.drawn = "yes";
}
