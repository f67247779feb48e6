/** A Sunledger that reads no DTU yet, and a DTU in the network that it may read. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { SUNLEDGER } from "./checkout.ts";

/** Programs of one test, and what they keep. */
export class Network {
  readonly #folder = mkdtempSync(`${tmpdir()}/sunledger-network-`);
  readonly #running: ChildProcess[] = [];

  /** A simulated DTU on the roof; its port. */
  async dtu(inverters: number): Promise<string> {
    const flags = ["simulate", "--port", "0", "--inverters", String(inverters), "--ports", "2"];
    return this.#said([...flags, "--start", "2026-06-21T12:00:00+02:00"], /on 127\.0\.0\.1:(\d+)/);
  }

  /** Sunledger, with nothing to read and some variables of its own; its address. */
  async sunledger(variables: Record<string, string> = {}): Promise<string> {
    return this.#said(["serve"], /look\s+(http:\/\/\S+?)\/\n/, variables);
  }

  /** Sunledger, reachable from elsewhere and with nobody who administers it; the link that its log shows. */
  async setupLink(): Promise<string> {
    return this.#said(["serve"], /open=(http:\S+#[\w-]+)/, { HEALTH_HOST: "0.0.0.0" });
  }

  /** End all of it, and forget it. */
  async remove(): Promise<void> {
    for (const each of this.#running) {
      const ended = once(each, "exit");
      if (each.exitCode === null && each.kill("SIGTERM")) await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Run a program until it says what is looked for. Throws with all that it said when it ends before. */
  #said(flags: string[], wanted: RegExp, variables: Record<string, string> = {}): Promise<string> {
    const env = { PATH: process.env.PATH ?? "", HOME: this.#folder, DATABASE_PATH: `${this.#folder}/sun.db` };
    const usual = { QUERY_PERIOD: "5", TIMEZONE: "Europe/Berlin", HEALTH_PORT: "0" };
    const started = spawn(SUNLEDGER, flags, { cwd: this.#folder, env: { ...env, ...usual, ...variables } });
    this.#running.push(started);
    return new Promise((resolve, reject) => {
      let said = "";
      const hear = (text: Buffer): void => {
        said += text.toString();
        const found = wanted.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      };
      started.stdout.on("data", hear);
      started.stderr.on("data", hear);
      started.once("exit", (code) => reject(new Error(`sunledger ended with ${code}: ${said}`)));
      started.once("error", reject);
    });
  }
}
