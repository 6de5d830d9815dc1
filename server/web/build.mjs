// Bundles src/ into the folder given: hashed names, a manifest for the templates, the licences of what is inside.
import { build } from "esbuild";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

const out = process.argv[2];
const result = await build({
  entryPoints: ["src/app.css", "src/app.js", "src/sparql.js", "src/check.js"],
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  legalComments: "none",
  metafile: true,
});

const manifest = {};
const packages = new Set();
for (const [file, output] of Object.entries(result.metafile.outputs)) {
  if (output.entryPoint) manifest[basename(output.entryPoint)] = basename(file);
  for (const input of Object.keys(output.inputs)) {
    const inside = input.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//);
    if (inside) packages.add(inside[1]);
  }
}

const texts = [];
for (const folder of [...packages].sort()) {
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  texts.push(`${about.name} ${about.version} (${about.license})`);
  for (const name of (await readdir(folder)).sort()) {
    if (/^(licen[cs]e|notice)/i.test(name)) texts.push(await readFile(join(folder, name), "utf8"));
  }
}
const sorted = Object.fromEntries(Object.entries(manifest).sort());
await writeFile(join(out, "manifest.json"), JSON.stringify(sorted, null, 1) + "\n");
await writeFile(join(out, "licences.txt"), texts.join("\n\n" + "-".repeat(72) + "\n\n") + "\n");
