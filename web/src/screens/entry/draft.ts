/** What somebody has chosen in the set-up so far: it outlives a reload of the page, not its tab. */

import { useState } from "react";
import type { Address } from "../../parts/survey.ts";
import { rememberPassed } from "./passed.ts";

export const SOURCES = ["dtu", "simulated", "push"] as const;
export type Source = (typeof SOURCES)[number];

export interface NamedDtu extends Address {
  name: string;
}

export interface Draft {
  source: Source | null;
  /** Of one's own plant, which does not run yet. */
  dtu: NamedDtu | null;
  /** When the run began in which zone or place were changed: they count from the next one on. */
  movedIn: string | null;
  /** Whether an administrator is to be made at the end. */
  administrator: boolean;
}

const DRAFT = "sunledger.setup";

/** The draft, and the way to change some of it. */
export function useDraft(): [Draft, (changes: Partial<Draft>) => void] {
  const [draft, setDraft] = useState(() => readDraft(sessionStorage.getItem(DRAFT)));
  const change = (changes: Partial<Draft>) => {
    const changed = { ...draft, ...changes };
    setDraft(changed);
    sessionStorage.setItem(DRAFT, JSON.stringify(changed));
  };
  return [draft, change];
}

/** A draft as it was kept; nothing of it counts that is not what it should be. */
export function readDraft(text: string | null): Draft {
  const kept = parsed(text);
  return {
    source: SOURCES.find((each) => each === kept.source) ?? null,
    dtu: isDtu(kept.dtu) ? kept.dtu : null,
    movedIn: typeof kept.movedIn === "string" ? kept.movedIn : null,
    administrator: kept.administrator === true,
  };
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(text ?? "{}");
    return typeof found === "object" && found !== null ? { ...found } : {};
  } catch {
    return {};
  }
}

function isDtu(value: unknown): value is NamedDtu {
  if (typeof value !== "object" || value === null) return false;
  const given: Record<string, unknown> = { ...value };
  const isText = typeof given.name === "string" && typeof given.host === "string";
  return isText && typeof given.port === "number" && typeof given.unit_id === "number";
}

/** It was gone through or skipped: the first screen leads here no more in this tab. */
export function passSetup(): void {
  sessionStorage.removeItem(DRAFT);
  rememberPassed();
}
