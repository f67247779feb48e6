/** What the screens of devices ask for, beside what every screen does. */

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, server } from "../../api/client.ts";
import { all, type Schemas } from "../../api/questions.ts";

export type Dtu = Schemas["Dtu"];
export type Survey = Schemas["Survey"];
export type Correction = Schemas["Correction"];

const SECOND = 1000;

/** The DTUs, and how each answers. Asked again and again: the stream tells only of changes. */
export const dtus = queryOptions({
  queryKey: ["dtus"],
  queryFn: ({ signal }) =>
    all((cursor) =>
      answer(server.GET("/api/v1/dtus", { params: { query: { limit: 1000, ...from(cursor) } }, signal })),
    ),
  staleTime: 10 * SECOND,
  refetchInterval: 10 * SECOND,
});

function from(cursor: string | undefined): { cursor?: string } {
  return cursor === undefined ? {} : { cursor };
}

export type OtherKind = "energy" | "weather" | "telemetry";

/** The latest readings of what is no inverter. */
export function latest(kind: OtherKind) {
  return queryOptions({
    queryKey: ["latest", kind],
    queryFn: async ({ signal }) => {
      const query = { kind, limit: 1000 };
      const found = await answer(server.GET("/api/v1/readings/latest", { params: { query }, signal }));
      return found.items as unknown as Record<string, string | number | null>[];
    },
    staleTime: 30 * SECOND,
    refetchInterval: 30 * SECOND,
  });
}

/** Corrections of a device, newest first, in pages. `start` (UTC, ISO) is from when on. */
export function corrections(device: string, start: string) {
  return infiniteQueryOptions({
    queryKey: ["corrections", "of", device],
    queryFn: ({ pageParam, signal }) => {
      const query = { device, start, order: "desc" as const, limit: 8, ...from(pageParam) };
      return answer(server.GET("/api/v1/corrections", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: 60 * SECOND,
  });
}

/** Numbers of our own health from `start` (UTC, ISO) on; see docs/system-metrics.md. */
export function metrics(name: "polls" | "poll_errors", start: string) {
  return queryOptions({
    queryKey: ["metrics", name, start],
    queryFn: ({ signal }) =>
      all((cursor) =>
        answer(
          server.GET("/api/v1/system/metrics", {
            params: { query: { name, start, limit: 1000, ...from(cursor) } },
            signal,
          }),
        ),
      ),
    staleTime: 60 * SECOND,
  });
}
