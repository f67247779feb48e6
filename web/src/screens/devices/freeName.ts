/** A name for another DTU that no other has: DTU, DTU2, DTU3 … */
export function freeName(taken: readonly string[]): string {
  const names = new Set(taken.map((name) => name.toLowerCase()));
  for (let number = 2; names.has("dtu"); number += 1) {
    if (!names.has(`dtu${number}`)) return `DTU${number}`;
  }
  return "DTU";
}
