import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Connection, streamAddress } from "./connection.ts";
import type { LiveEvent } from "./events.ts";

/** What a browser's WebSocket is to its page; the test is the server. */
class Socket {
  static readonly OPEN = 1;
  static opened: Socket[] = [];
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(readonly address: string) {
    Socket.opened.push(this);
  }

  static get last(): Socket {
    const last = Socket.opened.at(-1);
    if (last === undefined) throw new Error("nobody has connected");
    return last;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.();
  }

  stands(): void {
    this.readyState = Socket.OPEN;
    this.onopen?.();
    this.says({ type: "subscribed" });
  }

  says(message: unknown): void {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }
}

const standings: boolean[] = [];
const told: LiveEvent[] = [];
const listener = {
  standing: (connected: boolean) => standings.push(connected),
  told: (events: LiveEvent[]) => told.push(...events),
};

function connected(): Connection {
  const connection = new Connection("ws://here/api/v1/stream", listener);
  connection.open();
  Socket.last.stands();
  return connection;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  Socket.opened = [];
  standings.length = told.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("the stream is where the page came from, and as safe", () => {
  expect(streamAddress({ protocol: "https:", host: "sun.example:8443" })).toBe(
    "wss://sun.example:8443/api/v1/stream",
  );
  expect(streamAddress({ protocol: "http:", host: "[::1]:8080" })).toBe("ws://[::1]:8080/api/v1/stream");
});

describe("a connection", () => {
  test("stands once the server has taken the subscription, and tells what comes", () => {
    connected();
    expect(Socket.last.sent).toEqual([{ type: "subscribe", devices: "all" }]);
    expect(standings).toEqual([true]);
    Socket.last.says({ events: [{ id: "a-1", type: "dtu" }] });
    expect(told).toEqual([{ id: "a-1", type: "dtu" }]);
  });

  test("goes on after the last event that it heard", () => {
    connected();
    Socket.last.says({ events: [{ id: "a-1" }, { id: "a-2" }] });
    Socket.last.close();
    vi.advanceTimersByTime(500);
    Socket.last.stands();
    expect(Socket.last.sent[0]).toEqual({ type: "subscribe", devices: "all", last_event_id: "a-2" });
  });

  test("comes back by itself, later after each failure, and soon again once it stood", () => {
    connected();
    Socket.last.close();
    for (const wait of [500, 1000, 2000, 4000, 8000, 15_000, 15_000]) {
      const before = Socket.opened.length;
      vi.advanceTimersByTime(wait - 1);
      expect(Socket.opened).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(Socket.opened).toHaveLength(before + 1);
      Socket.last.close();
    }
    vi.advanceTimersByTime(15_000);
    Socket.last.stands();
    Socket.last.close();
    const before = Socket.opened.length;
    vi.advanceTimersByTime(500);
    expect(Socket.opened).toHaveLength(before + 1);
  });

  test("that answers no ping is lost after fifteen seconds", () => {
    connected();
    vi.advanceTimersByTime(14_999);
    expect(standings).toEqual([true]);
    vi.advanceTimersByTime(1);
    expect(standings).toEqual([true, false]);
  });

  test("that answers pings is known to stand", () => {
    connected();
    for (let ping = 0; ping < 5; ping += 1) {
      vi.advanceTimersByTime(10_000);
      expect(Socket.last.sent.at(-1)).toEqual({ type: "ping" });
      Socket.last.says({ type: "pong" });
    }
    expect(Socket.opened).toHaveLength(1);
    expect(standings).toEqual([true, true, true, true, true, true]);
  });

  test("in doubt is lost after five seconds without an answer", () => {
    const connection = connected();
    connection.doubt();
    vi.advanceTimersByTime(5000);
    expect(standings).toEqual([true, false]);
    connection.doubt();
    expect(Socket.opened).toHaveLength(1);
  });

  test("that was closed stays closed", () => {
    connected().close();
    vi.advanceTimersByTime(60_000);
    expect(Socket.opened).toHaveLength(1);
    expect(standings).toEqual([true]);
  });

  test("does not mind what it cannot understand", () => {
    connected();
    for (const noise of ["", "{", "null", "7", '"text"', { type: "unheard-of" }, { events: [] }])
      Socket.last.says(noise);
    expect(told).toEqual([]);
    expect(standings).toEqual([true]);
  });
});
