import { expect, test } from "vitest";
import { languageOf } from "./preferences.ts";

const none = { appearance: "auto", language: null } as const;

test.each([
  [["de-AT", "en"], "de"],
  [["fr", "PL"], "pl"],
  [["fr-FR", "es"], "en"],
  [["enm", "plt", "de"], "de"],
  [[], "en"],
] as const)("a browser that speaks %j is spoken to in %s", (browser, language) => {
  expect(languageOf(none, browser)).toBe(language);
});

test("what somebody has chosen counts more than the browser", () => {
  expect(languageOf({ ...none, language: "pl" }, ["de"])).toBe("pl");
});
