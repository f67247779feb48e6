/** The words of the screens, as tests look for them. */

import { readdirSync, readFileSync } from "node:fs";

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

/** All words of a language that have nothing filled in. */
export function everyWord(language: string): string[] {
  const folder = new URL(`../src/words/${language}/`, import.meta.url);
  const files = readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Words,
  );
  return files.flatMap(texts).filter((text) => text.length > 3 && !text.includes("{{"));
}

function texts(words: Words): string[] {
  return Object.values(words).flatMap((word) => (typeof word === "string" ? [word] : texts(word)));
}
