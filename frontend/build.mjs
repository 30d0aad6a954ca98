// Bundles our CSS and JavaScript with hashed names, and draws one sprite of the icons that templates name.
import { build } from "esbuild";
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { emoji } from "./emoji.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(root, "intranet/web/static/dist");
const out = `${dist}.new`; // exchanged at the end, so that a running house always finds its files
const lucide = join(here, "node_modules/lucide-static");
const emojibase = join(here, "node_modules/emojibase-data");
const ENTRIES = { "src/js/app.js": "app.js", "src/css/app.css": "app.css" };
const dejavu = join(here, "node_modules/dejavu-fonts-ttf");
const FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"]; // for what is printed; pages use the system's
const NAMES = [/\bicon\(\s*["']([a-z0-9-]+)["']/g, /\bicon\s*[:=]\s*["']([a-z0-9-]+)["']/g];
const OFFERED = /\bIcon\("([a-z0-9-]+)"/g; // what a room may wear
const IN_PYTHON = /(?:MenuItem|SettingsPage|Link|EntryAction)\(\s*N_\("[^"]*"\),\s*"[^"]*",\s*"([a-z0-9-]+)"/g;

function* files(folder, test) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !["node_modules", "dist", "__pycache__"].includes(entry.name)) yield* files(path, test);
    else if (entry.isFile() && test(path)) yield path;
  }
}

function iconNames() {
  const found = new Set();
  const isSource = (path) => path.endsWith(".html") || ["plugin.py", "icons.py", "notices.py", "rooms.toml"].some((name) => path.endsWith(name));
  for (const folder of ["intranet", "plugins", "themes"])
    for (const path of files(join(root, folder), isSource)) {
      const text = readFileSync(path, "utf8");
      for (const pattern of path.endsWith(".py") ? [IN_PYTHON, OFFERED, ...NAMES] : NAMES)
        for (const match of text.matchAll(pattern)) found.add(match[1]);
    }
  return [...found].sort();
}

function symbol(name) {
  let svg;
  try {
    svg = readFileSync(join(lucide, "icons", `${name}.svg`), "utf8");
  } catch {
    throw new Error(`There is no icon named ${name}. Look for one in lucide-static.`);
  }
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="i-${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
}

function hues() {
  const steps = Array.from({ length: 36 }, (_, step) => `.h-${step}{--h:${step * 10}}`);
  return `@layer components{${steps.join("")}}`;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: { app: "src/js/app.js", style: "src/css/app.css" },
  outdir: out,
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome120", "firefox121", "safari17"],
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  legalComments: "linked",
  metafile: true,
  plugins: [emoji(emojibase), {
    name: "hues",
    setup(builder) {
      builder.onResolve({ filter: /^hues$/ }, () => ({ path: "hues.css", namespace: "hues" }));
      builder.onLoad({ filter: /.*/, namespace: "hues" }, () => ({ contents: hues(), loader: "css" }));
    },
  }],
});
const manifest = {};
for (const [path, made] of Object.entries(result.metafile.outputs)) {
  if (ENTRIES[made.entryPoint]) manifest[ENTRIES[made.entryPoint]] = basename(path);
}
const names = iconNames();
writeFileSync(join(out, "sprite.svg"), `<svg xmlns="http://www.w3.org/2000/svg" hidden aria-hidden="true">${names.map(symbol).join("")}</svg>`);
cpSync(join(lucide, "LICENSE"), join(out, "lucide-LICENSE.txt"));
cpSync(join(here, "node_modules/htmx.org/LICENSE"), join(out, "htmx-LICENSE.txt"));
cpSync(join(emojibase, "LICENSE"), join(out, "emojibase-LICENSE.txt"));
for (const font of FONTS) cpSync(join(dejavu, "ttf", font), join(out, "fonts", font));
cpSync(join(dejavu, "LICENSE"), join(out, "fonts/dejavu-LICENSE.txt"));
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1));
rmSync(dist, { recursive: true, force: true });
renameSync(out, dist);
console.log(`front end built: ${Object.values(manifest).join(", ")}, ${names.length} icons`);
