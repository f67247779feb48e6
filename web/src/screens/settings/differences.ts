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
    const inner = membersOf(value);
    if (inner !== null) for (const [each, within] of inner) add(joined(name, each), within);
    else if (value !== null && value !== undefined) found.set(name, worded(value));
  };
  add("", members ?? {});
  return found;
}

function joined(name: string, member: string): string {
  return name === "" ? member : `${name}.${member}`;
}

/** The members of an object, the items of a list of objects by their number; null of a simple value. */
function membersOf(value: unknown): [string, unknown][] | null {
  if (typeof value !== "object" || value === null) return null;
  if (!Array.isArray(value)) return Object.entries(value);
  if (value.some((each) => typeof each !== "object")) return null;
  return value.map((each, index) => [String(index + 1), each]);
}

function worded(value: unknown): string {
  if (Array.isArray(value)) return value.map(worded).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
