import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Where Python serves it from; part of the wheel, never of the repository. */
const BUILT = "../src/sunledger/api/dashboard";

/** `npm run dev` shows changes at once, on the data of a running Sunledger. */
const SERVER = process.env.SUNLEDGER ?? "http://127.0.0.1:8080";

const WORKER = "sw.js";

/** What every screen needs comes in two files instead of forty: less to ask for, and better packed. */
const TOGETHER = [
  { name: "libraries", test: /node_modules\/(?!uplot)/ },
  {
    name: "ground",
    test: /src\/(api\/(client|problem|questions|session)|words\/\w+\.ts|sitetime|live|shell\/(?!More)|routing|preferences|parts\/(Button|Card|Icon|Notice|StateBadge|Waiting|ErrorBoundary|later))/,
  },
];

export default defineConfig({
  plugins: [react(), namedForWorker()],
  build: {
    outDir: BUILT,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false }, // every browser that knows light-dark() has it
    rolldownOptions: { output: { codeSplitting: { groups: TOGETHER } } },
  },
  server: {
    proxy: { "/api": { target: SERVER, ws: true }, "/health": SERVER, "/docs": SERVER },
  },
});

/** Tells the worker which files were built, and gives it another name for other contents. */
function namedForWorker(): Plugin {
  let built = BUILT;
  return {
    name: "named-for-worker",
    apply: "build",
    configResolved({ root, build }) {
      built = resolve(root, build.outDir);
    },
    closeBundle() {
      const files = filesIn(built).filter((name) => name !== WORKER);
      const hash = createHash("sha256");
      for (const name of files) hash.update(name).update(readFileSync(join(built, name)));
      const addresses = files.filter((name) => name !== "index.html").map((name) => `/${name}`);
      const worker = readFileSync(join(built, WORKER), "utf8")
        .replace('"development"', JSON.stringify(hash.digest("hex").slice(0, 12)))
        .replace("FILES = []", `FILES = ${JSON.stringify(addresses)}`);
      writeFileSync(join(built, WORKER), worker);
    },
  };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}
