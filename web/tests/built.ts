/** Before the first test: the dashboard is built of today's sources, and there is a plant with a past. */

import { execFileSync } from "node:child_process";
import { PYTHON, ROOT } from "./checkout.ts";
import { seed } from "./seed.ts";

export default function built(): void {
  execFileSync(PYTHON, ["dashboard_build.py"], { cwd: ROOT, stdio: "inherit" });
  process.env.SEEDED = seed();
}
