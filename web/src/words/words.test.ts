import { describe, expect, test } from "vitest";
import { LANGUAGES, type Language } from "../preferences.ts";

type Words = { [name: string]: string | Words };

const FILES = import.meta.glob<Words>("./*/*.json", { eager: true, import: "default" });
const SOURCES = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.*", "!../api/schema.ts"], {
  eager: true,
  query: "?raw",
  import: "default",
});
const SCREENS = Object.keys(FILES).flatMap((path) => /^\.\/en\/(\w+)\.json$/.exec(path)?.[1] ?? []);
const FORMS = ["zero", "one", "two", "few", "many", "other"];

/** Every word of a file by its whole name, such as `failed.title`. */
function wordsOf(language: Language, screen: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (words: Words, within: string) => {
    for (const [name, word] of Object.entries(words))
      if (typeof word === "string") found.set(within + name, word);
      else walk(word, `${within}${name}.`);
  };
  walk(FILES[`./${language}/${screen}.json`] ?? {}, "");
  return found;
}

/** The words that are chosen by a number, with the forms that they have; others have none. */
function forms(words: Map<string, string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of words.keys()) {
    const [, bare = name, form] = /^(.*)_([a-z]+)$/.exec(name) ?? [];
    const plural = form !== undefined && FORMS.includes(form) && words.has(`${bare}_other`);
    const before = found.get(plural ? bare : name) ?? [];
    found.set(plural ? bare : name, plural ? [...before, form] : before);
  }
  return found;
}

/** What is filled in, in any form. */
function filled(words: Map<string, string>, name: string): string[] {
  const texts = [name, ...FORMS.map((form) => `${name}_${form}`)].map((each) => words.get(each) ?? "");
  const found = texts.flatMap((text) => [...text.matchAll(/\{\{\s*([^},\s]+)/g)].map((match) => match[1]));
  return [...new Set(found)].map(String).sort();
}

describe.each(SCREENS)("the words of %s", (screen) => {
  const english = wordsOf("en", screen);
  const names = [...forms(english).keys()];

  test.each(LANGUAGES)("are all there in %s, and no others", (language) => {
    expect([...forms(wordsOf(language, screen)).keys()].sort()).toEqual([...names].sort());
  });

  test.each(LANGUAGES)("say something in %s, with the same filled in", (language) => {
    const words = wordsOf(language, screen);
    for (const [name, word] of words) expect(word.trim(), name).not.toBe("");
    for (const name of names) expect([name, filled(words, name)]).toEqual([name, filled(english, name)]);
  });

  test.each(LANGUAGES)("have every form that numbers ask for in %s", (language) => {
    const asked = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    for (const [name, found] of forms(wordsOf(language, screen)))
      if (found.length > 0) expect([name, found.toSorted()]).toEqual([name, asked]);
  });

  test("are all used", () => {
    const unused = names.filter((name) => !USED.some((pattern) => pattern.test(name)));
    expect(unused).toEqual([]);
  });
});

/** What the sources have between quotes, as patterns: what a template fills in may be anything. */
const USED = [...new Set(Object.values(SOURCES).flatMap(quoted))].map(
  (text) =>
    new RegExp(
      `^${text
        .split(/\$\{[^}]*\}/)
        .map(escaped)
        .join("[^.]+")}$`,
    ),
);

function quoted(source: string): string[] {
  const found = [...source.matchAll(/"([\w.:]+)"|`((?:\w+:)?(?:[\w.]+\.\$\{|\$\{\w+\}\.\w)[^`]*)`/g)];
  return found.map((match) => (match[1] ?? match[2] ?? "").replace(/^\w+:/, ""));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
