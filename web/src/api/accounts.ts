/** What screens ask of those who may come in: users, their sessions, tokens, and the audit of what they did. */

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, server } from "./client.ts";
import { all } from "./questions.ts";
import type { paths } from "./schema.ts";

type ItemOf<Path extends "/api/v1/users" | "/api/v1/tokens" | "/api/v1/audit"> =
  paths[Path]["get"]["responses"][200]["content"]["application/json"]["items"][number];

export type User = ItemOf<"/api/v1/users">;
export type Token = ItemOf<"/api/v1/tokens">;
/** Something that was done; before and after are objects of any members. */
export type Entry = Omit<ItemOf<"/api/v1/audit">, "before" | "after"> & {
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
};
export type Session =
  paths["/api/v1/users/{name}/sessions"]["get"]["responses"][200]["content"]["application/json"]["items"][number];

const SECOND = 1000;

/** Everybody who can log in; for administrators. */
export const users = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) =>
    all((cursor) =>
      answer(server.GET("/api/v1/users", { params: { query: { limit: 1000, ...from(cursor) } }, signal })),
    ),
  staleTime: 10 * SECOND,
});

/** Tokens, also those that have ended: one's own, for administrators all. */
export const tokens = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) =>
    all((cursor) =>
      answer(server.GET("/api/v1/tokens", { params: { query: { limit: 1000, ...from(cursor) } }, signal })),
    ),
  staleTime: 10 * SECOND,
});

/** The browsers in which a user is logged in. */
export function sessions(name: string) {
  return queryOptions({
    queryKey: ["sessions", name],
    queryFn: async ({ signal }) =>
      (await answer(server.GET("/api/v1/users/{name}/sessions", { params: { path: { name } }, signal })))
        .items,
    staleTime: 10 * SECOND,
  });
}

/** Which entries of the audit; without a member, all. */
export interface AuditQuery {
  who?: string;
  action?: string;
  start?: string;
  end?: string;
}

/** Entries of the audit, newest first, page by page. */
export function audit(query: AuditQuery) {
  return infiniteQueryOptions({
    queryKey: ["audit", query],
    queryFn: ({ pageParam, signal }) =>
      answer(
        server.GET("/api/v1/audit", {
          params: { query: { ...query, limit: 50, ...from(pageParam) } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: 10 * SECOND,
  });
}

/** Whether the chain of the audit is whole; it is followed from its beginning. */
export const verification = queryOptions({
  queryKey: ["audit", "verification"],
  queryFn: ({ signal }) => answer(server.GET("/api/v1/audit/verification", { signal })),
  staleTime: 60 * SECOND,
});

function from(cursor: string | undefined): { cursor?: string } {
  return cursor === undefined ? {} : { cursor };
}
