/** What a browser calls itself, as people know it. */

/** The first that fits counts: most browsers also name those that they descend from. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/(Firefox|FxiOS)\//, "Firefox"],
  [/(Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/Safari\//, "Safari"],
  [/^curl\//, "curl"],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** Null where nothing is known. */
export function browserOf(agent: string): { browser: string | null; system: string | null } {
  const found = (list: typeof BROWSERS) => list.find(([pattern]) => pattern.test(agent))?.[1] ?? null;
  return { browser: found(BROWSERS), system: found(SYSTEMS) };
}
