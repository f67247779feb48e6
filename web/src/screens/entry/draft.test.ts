import fc from "fast-check";
import { expect, it } from "vitest";
import { type Draft, readDraft, SOURCES } from "./draft.ts";

const dtu = { name: "roof", host: "192.168.1.100", port: 502, unit_id: 1 };

it("comes back as it was kept", () => {
  const drafts = fc.record<Draft>({
    source: fc.constantFrom(null, ...SOURCES),
    dtu: fc.constantFrom(null, dtu),
    movedIn: fc.constantFrom(null, "2026-06-21T11:10:00Z"),
    administrator: fc.boolean(),
  });
  fc.assert(
    fc.property(drafts, (draft) => {
      expect(readDraft(JSON.stringify(draft))).toEqual(draft);
    }),
  );
});

it("is nothing where what was kept is nonsense", () => {
  const nothing = readDraft(null);
  const nonsense = fc.oneof(fc.string(), fc.json(), fc.constant('{"dtu":{"name":"x"},"source":"sun"}'));
  fc.assert(
    fc.property(nonsense, (text) => {
      expect(readDraft(text)).toEqual(nothing);
    }),
  );
});
