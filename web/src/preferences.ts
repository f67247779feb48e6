/** What this browser is to look like: kept in it, as a phone and a wall display differ. */

import { create } from "zustand";

export const APPEARANCES = ["auto", "light", "dark"] as const;
export const LANGUAGES = ["en", "de", "pl"] as const;

export type Appearance = (typeof APPEARANCES)[number];
export type Language = (typeof LANGUAGES)[number];

interface Preferences {
  appearance: Appearance;
  /** Null: the browser's own. */
  language: Language | null;
}

const KEY = "sunledger.preferences";

function kept(): Preferences {
  const found = stored();
  return {
    appearance: APPEARANCES.find((each) => each === found.appearance) ?? "auto",
    language: LANGUAGES.find((each) => each === found.language) ?? null,
  };
}

/** Nothing where nothing sensible is kept, or where the browser keeps nothing at all. */
function stored(): { appearance?: unknown; language?: unknown } {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof found === "object" && found !== null ? found : {};
  } catch {
    return {};
  }
}

export const usePreferences = create<Preferences>(kept);

/** Change some of them, and keep them as long as the browser does. */
export function prefer(changes: Partial<Preferences>): void {
  usePreferences.setState(changes);
  try {
    localStorage.setItem(KEY, JSON.stringify(usePreferences.getState()));
  } catch {
    // a browser that keeps nothing shows them until it is closed
  }
}

/** The language of the screens: the one chosen, else the first of the browser's that there is. */
export function languageOf(preferences: Preferences, browser: readonly string[]): Language {
  if (preferences.language !== null) return preferences.language;
  const wanted = browser.map((tag) => tag.toLowerCase().split("-")[0]);
  return wanted.flatMap((tag) => LANGUAGES.find((each) => each === tag) ?? [])[0] ?? "en";
}

/** Colours follow at once, and so does the bar of the browser around the page. */
export function showAppearance(appearance: Appearance): void {
  if (appearance === "auto") delete document.documentElement.dataset.appearance;
  else document.documentElement.dataset.appearance = appearance;
}
