/** The words of the screens, in a file per screen and language, loaded when they are needed. */

import i18next, { type BackendModule, type ReadCallback } from "i18next";
import { initReactI18next } from "react-i18next";

const FILES = import.meta.glob<{ default: Record<string, unknown> }>("./*/*.json");

const files: BackendModule = {
  type: "backend",
  init() {},
  read(language: string, screen: string, found: ReadCallback) {
    const load = FILES[`./${language}/${screen}.json`];
    if (load === undefined) found(new Error(`no words for ${screen} in ${language}`), null);
    else
      load().then(
        (file) => found(null, file.default),
        (error: unknown) => found(error instanceof Error ? error : String(error), null),
      );
  },
};

/** Begin to speak a language. */
export async function speak(language: string): Promise<void> {
  document.documentElement.lang = language;
  if (i18next.isInitialized) {
    await i18next.changeLanguage(language);
    return;
  }
  await i18next
    .use(files)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: "en",
      ns: window.location.pathname === "/" ? ["shell", "now"] : ["shell"],
      defaultNS: "shell",
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    });
}
