/** What the server says is wrong (RFC 9457), and what stands between us and the server. */

const TYPE = "urn:sunledger:problem:";

interface Told {
  type?: string;
  title?: string;
  detail?: string;
  parameter?: string;
}

/** A request that was not answered as asked. `kind` is stable; `message` is for people, with the way out. */
export class Problem extends Error {
  constructor(
    readonly kind: string,
    message: string,
    readonly status: number,
    readonly parameter?: string,
    /** Seconds after which asking again may help. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.name = "Problem";
  }

  /** From an answer that is no success, whatever it carries. */
  static of(response: Response, body: unknown): Problem {
    const told: Told = typeof body === "object" && body !== null ? body : {};
    const kind = told.type?.startsWith(TYPE) ? told.type.slice(TYPE.length) : "unknown";
    const message = told.detail ?? told.title ?? response.statusText;
    const after = Number(response.headers.get("Retry-After") ?? Number.NaN);
    const retryAfter = Number.isFinite(after) ? after : undefined;
    return new Problem(kind, message, response.status, told.parameter, retryAfter);
  }
}

/** Whether trying again may help: the network, a server that starts, a database that is away. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof Problem) || error.status >= 500 || error.status === 429;
}

/** Whether no server answered at all. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError && /fetch|network|load failed/i.test(error.message);
}
