/** Real servers for tests: a copy of the seeded database, and the simulated DTU that goes on from there. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { constants, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { test as plain } from "@playwright/test";
import { SUNLEDGER } from "./checkout.ts";

/** What the plant of tests/dashboard/past.py is called and made of, and when its past ends. */
export const END = "2026-06-21T13:10:00+02:00";
const PLANT = ["--seed", "29791", "--inverters", "3", "--ports", "2", "--peak-power", "400"];
const SITE = { TIMEZONE: "Europe/Berlin", LATITUDE: "52.52", LONGITUDE: "13.4", QUERY_PERIOD: "300" };

export const ADMINISTRATOR = "ann";
export const VIEWER = "vera";
export const PASSWORD = "nine trams left the depot";

/** How a plant is run. */
export interface Running {
  /** How many times faster than real time it lives; at 60 there is a poll every five seconds. */
  speed?: number;
  /** With an administrator and a viewer, so that everybody has to log in. */
  people?: boolean;
  /** Without a past. */
  fresh?: boolean;
}

/** A Sunledger that can be ended, also hard, and started again at the same address. */
export class Plant {
  readonly #folder = mkdtempSync(`${tmpdir()}/sunledger-screens-`);
  #process: ChildProcess | null = null;
  #port = "0";
  #starts = 0;
  url = "";

  constructor(private readonly running: Running = {}) {
    const seeded = process.env.SEEDED;
    if (seeded === undefined) throw new Error("there is no seeded database: built.ts makes it");
    if (!running.fresh)
      copyFileSync(`${seeded}/${SIMULATED}`, `${this.#folder}/${SIMULATED}`, constants.COPYFILE_FICLONE);
    if (running.people) this.#letIn();
  }

  /** Run from a moment of the plant's time on, an hour later each time, until it answers. */
  async start(from = hoursAfterEnd(this.#starts)): Promise<void> {
    this.#starts += 1;
    const speed = String(this.running.speed ?? 1);
    const flags = ["serve", "--simulate", "--start", from, "--speed", speed, ...PLANT];
    const started = spawn(SUNLEDGER, flags, { cwd: this.#folder, env: this.#variables() });
    this.#process = started;
    this.url = await announced(started);
    this.#port = new URL(this.url).port;
  }

  /** End it at once, as a power cut does. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** End it, and forget all. */
  async remove(): Promise<void> {
    await this.#end("SIGTERM");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running === null || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.kill(signal);
    await ended;
  }

  #letIn(): void {
    for (const [name, role] of [
      [ADMINISTRATOR, "administrator"],
      [VIEWER, "viewer"],
    ] as const) {
      const wish = ["admin", "create", name, "--role", role, "--password-stdin"];
      const env = { ...this.#variables(), DATABASE_PATH: `${this.#folder}/${SIMULATED}` };
      execFileSync(SUNLEDGER, wish, { cwd: this.#folder, env, input: PASSWORD });
    }
  }

  /** Nothing of the developer's own. */
  #variables(): NodeJS.ProcessEnv {
    const own = { HOME: this.#folder, DATABASE_PATH: `${this.#folder}/sun.db`, HEALTH_PORT: this.#port };
    return { PATH: process.env.PATH ?? "", ...SITE, ...own };
  }
}

const SIMULATED = "sun-simulated.db";

function hoursAfterEnd(hours: number): string {
  return new Date(Date.parse(END) + hours * 3600_000).toISOString();
}

/** The address that a server says it answers at, once it has polled, too. Throws with what it said when it ends before. */
function announced(started: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (text: Buffer): void => {
      said += text.toString();
      const found = /look\s+(http:\/\/\S+?)\/\n/.exec(said);
      if (found?.[1] !== undefined && said.includes("poll_finished")) resolve(found[1]);
    };
    started.stdout?.on("data", hear);
    started.stderr?.on("data", hear);
    started.once("exit", (code) => reject(new Error(`sunledger ended with ${code}: ${said}`)));
    started.once("error", reject);
  });
}

interface OfTests {
  /** One of the test's own, not started yet: it may be killed and changed. */
  own: (running: Running) => Promise<Plant>;
}

interface OfWorkers {
  /** Where somebody is in who may do everything; only looked at. */
  plant: Plant;
  /** Where everybody has to log in; only looked at. */
  guarded: Plant;
}

/** Tests that are given plants. */
export const test = plain.extend<OfTests, OfWorkers>({
  plant: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what is needed
    async ({}, use) => {
      await lent({}, use);
    },
    { scope: "worker" },
  ],
  guarded: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => {
      await lent({ people: true }, use);
    },
    { scope: "worker" },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: as above
  own: async ({}, use) => {
    const made: Plant[] = [];
    await use(async (running) => {
      const plant = new Plant(running);
      made.push(plant);
      await plant.start();
      return plant;
    });
    for (const plant of made) await plant.remove();
  },
});

async function lent(running: Running, use: (plant: Plant) => Promise<void>): Promise<void> {
  const plant = new Plant(running);
  await plant.start();
  await use(plant);
  await plant.remove();
}

export { expect } from "@playwright/test";
