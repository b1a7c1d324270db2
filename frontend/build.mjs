// Bundles what the browser runs into the static folder of the web domain: nothing third-party is ever committed.
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const outdir = process.env.BUNDLE_DIR ?? here("../src/ensembleur/web/static/bundle");

const options = {
  absWorkingDir: here("."),
  entryPoints: {
    app: "src/app.js",
    "app-styles": "src/styles/app.css",
    chart: "src/chart.js",
    map: "src/map.js",
    "map-styles": "src/styles/map.css",
    "map-worker": "maplibre-gl/dist/maplibre-gl-csp-worker.js",
  },
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome109", "firefox115", "safari16"],
  legalComments: "none",
  assetNames: "fonts/[name]",
  loader: { ".woff2": "file" },
  logLevel: "info",
};
// The styles keep the plain names that the templates use.
options.entryPoints = Object.entries(options.entryPoints).map(([out, from]) => ({ in: from, out: out.replace("-styles", "") }));

if (process.argv.includes("--watch")) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await rm(outdir, { recursive: true, force: true });
  await esbuild.build(options);
}
