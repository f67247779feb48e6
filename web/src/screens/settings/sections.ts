/** The parts of the settings, in the order in which people look for them. */

export const SECTIONS = [
  "site",
  "appearance",
  "account",
  "users",
  "tokens",
  "audit",
  "outputs",
  "about",
] as const;

export type Section = (typeof SECTIONS)[number];

/** Sections that only administrators may open. */
const ADMINISTRATORS: ReadonlySet<Section> = new Set<Section>(["users", "audit"]);

/** The section that an address names; undefined where there is none of that name. */
export function sectionCalled(name: string | undefined): Section | undefined {
  return SECTIONS.find((each) => each === name);
}

export function mayOpen(section: Section, administers: boolean): boolean {
  return administers || !ADMINISTRATORS.has(section);
}
