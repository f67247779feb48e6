/** What screens ask the server for: a key and the way to the answer, for `useQuery` and `useSuspenseQuery`. */

import { queryOptions } from "@tanstack/react-query";
import { observeClock } from "../sitetime/clock.ts";
import { answer, rememberCsrfToken, server } from "./client.ts";
import type { components, paths } from "./schema.ts";

type QueryOf<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never;

export type Schemas = components["schemas"];
export type EnergyQuery = Omit<QueryOf<"/api/v1/energy">, "format">;
export type HistoryQuery = Omit<QueryOf<"/api/v1/history">, "format">;
export type ReadingsQuery = Omit<QueryOf<"/api/v1/readings">, "format">;
export type QualityQuery = Omit<QueryOf<"/api/v1/quality">, "format">;
export type CorrectionsQuery = QueryOf<"/api/v1/corrections">;

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Who is asking, and what they may do. */
export const me = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => {
    const found = await answer(server.GET("/api/v1/me", { signal }));
    rememberCsrfToken(found.csrf_token);
    return found;
  },
  staleTime: 5 * MINUTE,
});

/** What runs there: whether it is simulated, how often it is polled. It also tells the time at the plant. */
export const system = queryOptions({
  queryKey: ["system"],
  queryFn: async ({ signal }) => {
    const found = await answer(server.GET("/api/v1/system", { signal }));
    observeClock(Date.parse(found.now), found.speed);
    return found;
  },
  staleTime: MINUTE,
});

/** Labels, units and resolutions of everything that is measured. */
export const measurements = queryOptions({
  queryKey: ["measurements"],
  queryFn: async ({ signal }) =>
    (await answer(server.GET("/api/v1/measurements", { params: { query: { limit: 1000 } }, signal }))).items,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Every inverter and other device, with its latest readings and its state. */
export const devices = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) => all((cursor) => devicePage(cursor, signal)),
  staleTime: 30 * SECOND,
  refetchInterval: 30 * SECOND, // a device that falls silent tells nothing
});

/** The latest of every meter, battery and hybrid inverter. */
export const latestEnergy = queryOptions({
  queryKey: ["latestEnergy"],
  queryFn: async ({ signal }) => {
    const query = { kind: "energy", limit: 1000 } as const;
    const { items } = await answer(server.GET("/api/v1/readings/latest", { params: { query }, signal }));
    return items.filter((item) => "device_id" in item);
  },
  staleTime: 30 * SECOND,
});

function devicePage(cursor: string | undefined, signal: AbortSignal) {
  const query = { limit: 1000, ...(cursor === undefined ? {} : { cursor }) };
  return answer(server.GET("/api/v1/devices", { params: { query }, signal }));
}

/** The plants that whoever asks may see, by name. */
export const sites = queryOptions({
  queryKey: ["sites"],
  queryFn: ({ signal }) => all((cursor) => sitePage(cursor, signal)),
  staleTime: MINUTE,
});

function sitePage(cursor: string | undefined, signal: AbortSignal) {
  const query = { limit: 1000, ...(cursor === undefined ? {} : { cursor }) };
  return answer(server.GET("/api/v1/sites", { params: { query }, signal }));
}

/** Energy by period, in Wh. */
export function energy(query: EnergyQuery) {
  return queryOptions({
    queryKey: ["energy", query],
    queryFn: ({ signal }) => answer(server.GET("/api/v1/energy", { params: { query }, signal })),
    staleTime: MINUTE,
  });
}

/** Measurements by period. */
export function history(query: HistoryQuery) {
  return queryOptions({
    queryKey: ["history", query],
    queryFn: ({ signal }) => answer(server.GET("/api/v1/history", { params: { query }, signal })),
    staleTime: MINUTE,
  });
}

/** The same as columns: for many rows, of any number. */
export function energyColumns(query: EnergyQuery) {
  return queryOptions({
    queryKey: ["energy", "columns", query],
    queryFn: async ({ signal }) => {
      const asked = server.GET("/api/v1/energy", {
        params: { query: { ...query, format: "columns" } },
        signal,
      });
      return (await answer(asked)) as unknown as Columns;
    },
    staleTime: MINUTE,
  });
}

/** Measurements by period as columns. */
export function historyColumns(query: HistoryQuery) {
  return queryOptions({
    queryKey: ["history", "columns", query],
    queryFn: async ({ signal }) => {
      const asked = server.GET("/api/v1/history", {
        params: { query: { ...query, format: "columns" } },
        signal,
      });
      return (await answer(asked)) as unknown as Columns;
    },
    staleTime: MINUTE,
  });
}

/** A setting by its name, such as `roof`. */
export function setting(name: string) {
  return queryOptions({
    queryKey: ["settings", name],
    queryFn: ({ signal }) =>
      answer(server.GET("/api/v1/settings/{id}", { params: { path: { id: name } }, signal })),
    staleTime: MINUTE,
  });
}

/** Completeness and judgements, day by day. */
export function quality(query: QualityQuery) {
  return queryOptions({
    queryKey: ["quality", query],
    queryFn: ({ signal }) => answer(server.GET("/api/v1/quality", { params: { query }, signal })),
    staleTime: 10 * MINUTE,
  });
}

/** What was found out about stored readings: a page of it. */
export function corrections(query: CorrectionsQuery) {
  return queryOptions({
    queryKey: ["corrections", query],
    queryFn: ({ signal }) => answer(server.GET("/api/v1/corrections", { params: { query }, signal })),
    staleTime: MINUTE,
  });
}

/** Sizes, tiers, spool and rollups. */
export const storage = queryOptions({
  queryKey: ["storage"],
  queryFn: ({ signal }) => answer(server.GET("/api/v1/storage", { signal })),
  staleTime: 10 * SECOND,
});

/** Columns of stored readings: an array per field, all of the same length. */
export type Columns = Record<string, (number | string | null)[]>;

/** Stored readings of a span, whole, as columns. */
export function readings(query: ReadingsQuery) {
  return queryOptions({
    queryKey: ["readings", query],
    queryFn: async ({ signal }) => {
      const asked = server.GET("/api/v1/readings", {
        params: { query: { ...query, format: "columns" } },
        signal,
      });
      return (await answer(asked)) as unknown as Columns;
    },
    staleTime: MINUTE,
  });
}

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** Every item of a list that comes in pages. */
export async function all<T>(page: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const found = await page(cursor);
    items.push(...found.items);
    cursor = found.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
