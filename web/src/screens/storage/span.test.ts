import { describe, expect, it } from "vitest";
import { dayName } from "../../sitetime/zone.ts";
import { type SpanName, spanOf } from "./span.ts";

const ZONE = "Europe/Berlin";
const NOW = Date.parse("2026-03-29T10:00:00Z");

function days(name: SpanName, from = "", to = ""): string | null {
  const oldest = Date.parse("2025-05-04T12:00:00Z");
  const span = spanOf({ name, from, to, oldest }, NOW, ZONE);
  return span && `${dayName(span.start, ZONE)} ${dayName(span.end - 1, ZONE)}`;
}

describe("a span to export", () => {
  it("holds whole days, today among them", () => {
    expect(days("today")).toBe("2026-03-29 2026-03-29");
    expect(days("month")).toBe("2026-03-01 2026-03-29");
    expect(days("lastMonth")).toBe("2026-02-01 2026-02-28");
    expect(days("year")).toBe("2026-01-01 2026-03-29");
    expect(days("everything")).toBe("2025-05-04 2026-03-29");
  });

  it("is none where its days are none, or the wrong way round", () => {
    expect(days("own", "2026-03-01", "2026-03-02")).toBe("2026-03-01 2026-03-02");
    expect(days("own", "2026-03-02", "2026-03-01")).toBeNull();
    expect(days("own", "2026-02-30", "2026-03-01")).toBeNull();
  });
});
