/** What the address of the settings says: which entries of the audit, or whose sessions. */

export interface SettingsSearch {
  /** Name of a user. */
  who?: string;
  /** What was done, such as `change`. */
  action?: string;
  /** First and last day, such as 2026-03-29. */
  from?: string;
  to?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function settingsSearch(given: Record<string, unknown>): SettingsSearch {
  return {
    ...word("who", given.who),
    ...word("action", given.action),
    ...day("from", given.from),
    ...day("to", given.to),
  };
}

function word<K extends string>(name: K, value: unknown): Partial<Record<K, string>> {
  const text = typeof value === "string" || typeof value === "number" ? String(value).slice(0, 200) : "";
  return text === "" ? {} : made(name, text);
}

function day<K extends string>(name: K, value: unknown): Partial<Record<K, string>> {
  return typeof value === "string" && DAY.test(value) ? made(name, value) : {};
}

function made<K extends string>(name: K, text: string): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  found[name] = text;
  return found;
}
