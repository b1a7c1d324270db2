// Bundles what the browser runs into the static folder of the web domain: nothing third-party is ever committed.
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const outdir = process.env.BUNDLE_DIR ?? here("../src/ensembleur/web/static/bundle");

const shared = {
  absWorkingDir: here("."),
  outdir,
  bundle: true,
  minify: true,
  target: ["es2022", "chrome109", "firefox115", "safari16"],
  legalComments: "none",
  assetNames: "fonts/[name]",
  loader: { ".woff2": "file" },
  logLevel: "info",
};
const builds = [
  {
    ...shared,
    format: "esm",
    entryPoints: [
      { in: "src/app.js", out: "app" },
      { in: "src/styles/app.css", out: "app" },
      { in: "src/chart.js", out: "chart" },
      { in: "src/my-day.js", out: "my-day" },
      { in: "src/map.js", out: "map" },
      { in: "src/styles/map.css", out: "map" },
    ],
  },
  // A classic worker: it is started from its own address, so that the strict policy needs no blob.
  { ...shared, format: "iife", entryPoints: [{ in: "src/offline-worker.js", out: "offline-worker" }] },
  { ...shared, format: "iife", entryPoints: [{ in: "maplibre-gl/dist/maplibre-gl-csp-worker.js", out: "map-worker" }] },
];

if (process.argv.includes("--watch")) {
  for (const build of builds) await (await esbuild.context(build)).watch();
} else {
  await rm(outdir, { recursive: true, force: true });
  for (const build of builds) await esbuild.build(build);
}
