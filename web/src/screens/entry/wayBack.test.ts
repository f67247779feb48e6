import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wayBack } from "./wayBack.ts";

const HOME = "http://sunledger.home:8080";

describe("the way back", () => {
  it("leads where somebody wanted to go", () => {
    expect(wayBack("/history?by=day&at=2026-06-21#chart", HOME)).toBe(
      `${HOME}/history?by=day&at=2026-06-21#chart`,
    );
    expect(wayBack(`${HOME}/roof`, HOME)).toBe(`${HOME}/roof`);
    expect(wayBack(undefined, HOME)).toBe(`${HOME}/`);
  });

  it.each([
    "https://sunledger.home:8080/",
    "https:",
    "//elsewhere.example",
    "/\\elsewhere.example",
    "/\t/elsewhere.example",
    "\\\\elsewhere.example",
    "javascript:alert(1)",
    "data:text/html,hello",
    `blob:${HOME}/0b4e`,
    "http://ann:secret@sunledger.home:8080/",
    "http://sunledger.home:80800/",
    "http://sunledger.home:8080.elsewhere.example/",
    "http://[",
  ])("never leads away: %s", (next) => {
    expect(wayBack(next, HOME)).toBe(`${HOME}/`);
  });

  const piece = fc.constantFrom(
    "/",
    "\\",
    ":",
    "@",
    "http",
    "javascript",
    "elsewhere.example",
    "\t",
    "#",
    "?",
    ".",
  );
  const anything = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.webUrl({ withQueryParameters: true }),
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
  );

  it("stays on this site, whatever is asked for", () => {
    fc.assert(
      fc.property(anything, (next) => {
        const found = new URL(wayBack(next, HOME));
        expect(found.origin).toBe(HOME);
        expect([found.protocol, found.username, found.password]).toEqual(["http:", "", ""]);
      }),
    );
  });

  it("takes its own answer for the same", () => {
    fc.assert(
      fc.property(anything, (next) => {
        expect(wayBack(wayBack(next, HOME), HOME)).toBe(wayBack(next, HOME));
      }),
    );
  });
});
