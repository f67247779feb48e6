import i18next from "i18next";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { localeOf } from "./locale.ts";
import { ago, duration, time } from "./times.ts";

async function speaking(language: string): Promise<void> {
  vi.stubGlobal("navigator", { languages: [language] });
  await i18next.init({ lng: language, resources: {} });
}

beforeEach(() => speaking("en-GB"));

describe("a moment", () => {
  const at = "2026-06-21T22:30:00Z";

  test("is shown in the plant's zone, whatever the browser's is", () => {
    expect(time(at, "time", "Europe/Berlin")).toBe("00:30");
    expect(time(at, "time", "Asia/Kathmandu")).toBe("04:15");
    expect(time(at, "day", "Europe/Berlin")).toBe("22 Jun 2026");
    expect(time(Date.parse(at), "day", "UTC")).toBe("21 Jun 2026");
  });

  test("is written as the language does, at once when it changes", async () => {
    expect(time(at, "weekday", "Europe/Berlin")).toBe("Monday, 22 June 2026");
    await speaking("de-DE");
    expect(time(at, "weekday", "Europe/Berlin")).toBe("Montag, 22. Juni 2026");
    await speaking("pl-PL");
    expect(time(at, "shortDay", "Europe/Berlin")).toBe("22 cze");
  });
});

describe("how long ago", () => {
  test.each([
    [0, "0 seconds ago"],
    [-5000, "0 seconds ago"],
    [59_999, "59 seconds ago"],
    [60_000, "1 minute ago"],
    [3_599_999, "59 minutes ago"],
    [3_600_000, "1 hour ago"],
    [86_400_000 * 2.9, "2 days ago"],
  ])("%d ms is %s", (milliseconds, written) => expect(ago(milliseconds)).toBe(written));
});

describe("a length of time", () => {
  test.each([
    [-3, "0 sec"],
    [0, "0 sec"],
    [40, "40 sec"],
    [59.7, "1 min"],
    [61, "1 min"],
    [8100, "2 hr 15 min"],
    [90_000, "25 hr 0 min"],
  ])("of %d seconds is %s", (seconds, written) => {
    expect(duration(seconds).replaceAll(/s\b/g, "")).toBe(written); // some editions of Intl write "mins"
  });
});

describe("the locale", () => {
  test("is the browser's own where it speaks the language", () => {
    expect(localeOf("en", ["de-AT", "en-US"])).toBe("en-US");
    expect(localeOf("de", ["fr-FR", "de-AT"])).toBe("de-AT");
  });

  test("is the language's usual one elsewhere", () => {
    expect(localeOf("en", ["en"])).toBe("en-GB");
    expect(localeOf("pl", ["de-AT"])).toBe("pl-PL");
    expect(localeOf("de", [])).toBe("de-DE");
  });
});
