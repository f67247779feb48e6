/** The words of the screens, as tests look for them. */

import { readFileSync } from "node:fs";

type Words = { [name: string]: string | Words };

/** A word by its file and name, such as `said("shell", "connection.live")`; parameters are filled in. */
export function said(
  screen: string,
  name: string,
  values: Record<string, string> = {},
  language = "en",
): string {
  const path = new URL(`../src/words/${language}/${screen}.json`, import.meta.url);
  let found: string | Words | undefined = JSON.parse(readFileSync(path, "utf8")) as Words;
  for (const part of name.split(".")) found = typeof found === "object" ? found[part] : undefined;
  if (typeof found !== "string") throw new Error(`there is no word ${screen}:${name} in ${language}`);
  return found.replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => values[key] ?? "");
}
