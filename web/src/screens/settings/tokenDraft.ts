/** What is filled in of a token, and the token that is asked for. */

import type { paths } from "../../api/schema.ts";

export const ROLES = ["viewer", "operator", "administrator"] as const;
export const ACTIONS = ["read", "push", "change", "operate", "administer"] as const;
export const ENDS = ["never", "month", "year", "own"] as const;

export type Role = (typeof ROLES)[number];
export type Action = (typeof ACTIONS)[number];
export type End = (typeof ENDS)[number];

export interface TokenDraft {
  name: string;
  kind: "program" | "device";
  role: Role;
  /** Null: all that the role may. */
  scopes: Action[] | null;
  device: string;
  ends: End;
  /** For `own`: the last day. */
  last: string;
}

type Wanted = NonNullable<paths["/api/v1/tokens"]["post"]["requestBody"]>["content"]["application/json"];

const DAY = 86_400_000;
const LENGTHS = { month: 30 * DAY, year: 365 * DAY };

/** What a role may; each may what those before it may. */
export function actionsOf(role: Role): Action[] {
  if (role === "administrator") return [...ACTIONS];
  return role === "operator" ? ["read", "push", "change", "operate"] : ["read"];
}

/** `now` is the server's time; `endOf` tells when a day ends. */
export function wantedOf(draft: TokenDraft, now: number, endOf: (day: string) => number | null): Wanted {
  const named = { name: draft.name.trim(), expires_at: expiry(draft, now, endOf) };
  if (draft.kind === "device") return { ...named, device: draft.device };
  const scopes = draft.scopes?.filter((each) => actionsOf(draft.role).includes(each)) ?? null;
  return { ...named, role: draft.role, scopes };
}

function expiry(
  { ends, last }: TokenDraft,
  now: number,
  endOf: (day: string) => number | null,
): string | null {
  if (ends === "never") return null;
  const moment = ends === "own" ? endOf(last) : now + LENGTHS[ends];
  return moment === null ? null : new Date(moment).toISOString();
}
