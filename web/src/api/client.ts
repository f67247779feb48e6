/** The one way to the server: typed by its OpenAPI description, refused answers as `Problem`. */

import createClient, { type Middleware } from "openapi-fetch";
import { Problem } from "./problem.ts";
import type { paths } from "./schema.ts";

let csrfToken = "";

/** Remember what each change has to carry beside the cookie. */
export function rememberCsrfToken(token: string): void {
  csrfToken = token;
}

/** Headers of a change that is not sent by `server`. */
export function changeHeaders(): Record<string, string> {
  return csrfToken === "" ? {} : { "X-CSRF-Token": csrfToken };
}

const credentials: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") {
      for (const [name, value] of Object.entries(changeHeaders())) request.headers.set(name, value);
    }
    return request;
  },
};

/** Lists in addresses are repeated members (`device=a&device=b`), as the server reads them. */
export const server = createClient<paths>({
  baseUrl: "",
  headers: { Accept: "application/json" },
  querySerializer: { array: { style: "form", explode: true } },
});
server.use(credentials);

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The JSON that a request brings. Throws `Problem` for a refusal, `TypeError` where there is no server. */
export async function answer<T>(asked: Promise<Outcome<T>>): Promise<Exclude<NonNullable<T>, string>> {
  const { data, error, response } = await asked;
  if (!response.ok) throw Problem.of(response, error);
  if (data === undefined || data === null || typeof data === "string") {
    throw new Error(`${response.url} was not answered with JSON`);
  }
  return data as Exclude<NonNullable<T>, string>;
}

/** The same for what is answered without a content. */
export async function done(asked: Promise<Outcome<unknown>>): Promise<void> {
  const { error, response } = await asked;
  if (!response.ok) throw Problem.of(response, error);
}
