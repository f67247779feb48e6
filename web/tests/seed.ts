/** The database that every server of these tests starts with a copy of; made once of the same sources. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { PYTHON, ROOT } from "./checkout.ts";

/** Pictures show a year; everything else is content with two months. */
const DAYS = process.env.PICTURES === "1" ? 400 : 60;
const CACHE = `${ROOT}/web/node_modules/.cache/sunledger`;

/** The directory that has it. */
export function seed(): string {
  const made = `${CACHE}/${fingerprint()}-${DAYS}`;
  if (!existsSync(made)) {
    const fresh = `${CACHE}/fresh-${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    forgetOld();
    const wish = ["-m", "tests.dashboard.seeded", fresh, "--days", String(DAYS)];
    execFileSync(PYTHON, wish, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
    renameSync(fresh, made);
  }
  return made;
}

/** Whoever tests at the same time may be of other sources. */
function forgetOld(): void {
  for (const name of readdirSync(CACHE)) {
    const age = Date.now() - statSync(`${CACHE}/${name}`).mtimeMs;
    if (age > DAY) rmSync(`${CACHE}/${name}`, { recursive: true, force: true });
  }
}

const DAY = 24 * 3600_000;

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const folder of ["src/sunledger", "tests/dashboard"]) {
    const files = readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: "utf8" }).sort();
    for (const name of files.filter((each) => each.endsWith(".py")))
      hash.update(name).update(readFileSync(`${ROOT}/${folder}/${name}`));
  }
  return hash.digest("hex").slice(0, 16);
}
