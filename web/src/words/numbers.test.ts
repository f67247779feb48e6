import fc from "fast-check";
import i18next from "i18next";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { decimals, MISSING, number, percent, scaled, withUnit } from "./numbers.ts";

async function speaking(language: string): Promise<void> {
  vi.stubGlobal("navigator", { languages: [language] });
  await i18next.init({ lng: language, resources: {} });
}

/** A number and its unit stay on one line: what stands between them is no common space. */
function plain(text: string): string {
  expect(text).not.toMatch(/\d [a-zA-Z%°]/);
  return text.replaceAll("\u00a0", " ");
}

beforeEach(() => speaking("en-GB"));

describe("a number", () => {
  test("is written as the language does", async () => {
    expect(number(1234.5, 1)).toBe("1,234.5");
    await speaking("de-DE");
    expect(number(1234.5, 1)).toBe("1.234,5");
    await speaking("pl-PL");
    expect(number(12_345.5, 1)).toBe("12\u00a0345,5");
  });

  test("that is missing is a dash, never a zero", () => {
    for (const missing of [null, undefined]) {
      expect(number(missing)).toBe(MISSING);
      expect(scaled(missing, "W")).toEqual({ value: MISSING, unit: "W" });
      expect(plain(withUnit(missing, "W"))).toBe(MISSING);
      expect(plain(percent(missing))).toBe(MISSING);
    }
    expect(number(0)).toBe("0");
  });

  test("that is rounded to nothing has no sign", () => {
    expect(number(-0.4)).toBe("0");
    expect(plain(withUnit(-0.2, "W"))).toBe("0 W");
    expect(number(-1)).toBe("-1");
  });
});

describe("a value with its unit", () => {
  test.each([
    [0, "W", "0 W"],
    [812.4, "W", "812 W"],
    [999.4, "W", "999 W"],
    [999.6, "W", "1.00 kW"],
    [1234, "W", "1.23 kW"],
    [-1234, "W", "-1.23 kW"],
    [9996, "W", "10.0 kW"],
    [99_960, "W", "100 kW"],
    [999_600, "W", "1.00 MW"],
    [12_345_678, "Wh", "12.3 MWh"],
    [116_170_752, "B", "116 MB"],
  ])("%d %s is written %s", (value, unit, written) => expect(plain(withUnit(value, unit))).toBe(written));

  test("without prefixes is shown as finely as it was measured", () => {
    expect(plain(withUnit(230.44, "V", 0.1))).toBe("230.4 V");
    expect(plain(withUnit(50.004, "Hz", 0.01))).toBe("50.00 Hz");
    expect(plain(withUnit(3, "", 1))).toBe("3");
  });

  test("has three digits that count, and is within half of the last of them", () => {
    const sizes = { k: 1e3, M: 1e6, G: 1e9 };
    fc.assert(
      fc.property(fc.double({ min: 1000, max: 9e11, noNaN: true }), (value) => {
        const shown = scaled(value, "Wh");
        const size = sizes[shown.unit[0] as keyof typeof sizes];
        expect(shown.value.replace(/\D/g, "")).toHaveLength(3);
        expect(Math.abs(Number(shown.value) * size - value)).toBeLessThanOrEqual(value * 0.00501);
      }),
    );
  });
});

test.each([
  [1, 0],
  [0.1, 1],
  [0.01, 2],
  [0.00001, 5],
  [10, 0],
  [null, 2],
])("what is measured to %d has %d digits behind its point", (resolution, digits) => {
  expect(decimals(resolution)).toBe(digits);
});
