/** What an entry of the audit has changed, member by member. */

export interface Difference {
  /** Members within members are joined by points: place.latitude. */
  member: string;
  /** As text; null where there was, or is, none. */
  before: string | null;
  after: string | null;
}

type Members = Readonly<Record<string, unknown>> | null;

/** The members that differ. What was made has nothing before, what was removed nothing after. */
export function differencesOf(before: Members, after: Members): Difference[] {
  const [old, fresh] = [flat(before), flat(after)];
  const names = [...new Set([...old.keys(), ...fresh.keys()])];
  return names
    .map((member) => ({ member, before: old.get(member) ?? null, after: fresh.get(member) ?? null }))
    .filter((each) => each.before !== each.after);
}

function flat(members: Members): Map<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, value: unknown) => {
    if (isObject(value)) for (const [each, inner] of Object.entries(value)) add(joined(name, each), inner);
    else if (value !== null && value !== undefined) found.set(name, worded(value));
  };
  add("", members ?? {});
  return found;
}

function joined(name: string, member: string): string {
  return name === "" ? member : `${name}.${member}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lists of words are written as such, lists of objects as JSON. */
function worded(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) return value.join(", ");
  return JSON.stringify(value);
}
