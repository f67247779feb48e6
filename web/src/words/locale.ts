/** How numbers and dates are written: in the screens' language, as the region of the browser does it. */

import i18next from "i18next";

/** Where a browser says only "English": days come before months in most of the world, and hours go to 24. */
const USUAL: Record<string, string> = { en: "en-GB", de: "de-DE", pl: "pl-PL" };

/** The browser's own locale where it speaks the language of the screens, else the language's usual one. */
export function localeOf(language: string, browser: readonly string[]): string {
  const own = browser.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
  return own ?? USUAL[language] ?? language;
}

/** The locale of everything that is shown now. */
export function locale(): string {
  return localeOf(i18next.language, navigator.languages);
}
