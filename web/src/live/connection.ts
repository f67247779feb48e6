/** The WebSocket to `/api/v1/stream`: it comes back by itself, goes on where it broke, and knows when it is deaf. */

import { type LiveEvent, understood } from "./events.ts";

/** Milliseconds. */
const PING_EVERY = 10_000;
const PATIENCE = 5_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

export interface Listener {
  /** The connection stands, or it does not. */
  standing(connected: boolean): void;
  told(events: LiveEvent[]): void;
}

/** Where the stream is, seen from this page. */
export function streamAddress(place: { protocol: string; host: string }): string {
  return `${place.protocol === "https:" ? "wss:" : "ws:"}//${place.host}/api/v1/stream`;
}

export class Connection {
  #socket: WebSocket | null = null;
  #lastEvent: string | undefined;
  #failures = 0;
  #ping: ReturnType<typeof setInterval> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly address: string,
    private readonly listener: Listener,
  ) {}

  /** Connect, or connect anew at once. */
  open(): void {
    this.close();
    const socket = new WebSocket(this.address);
    this.#socket = socket;
    socket.onopen = () => this.#subscribe(socket);
    socket.onmessage = (message) => this.#heard(String(message.data));
    socket.onclose = () => this.#lost(socket);
  }

  /** Ask at once whether it still stands, for whoever has a reason to believe that it does not. */
  doubt(): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#ask(this.#socket);
  }

  /** Stop for good, until `open`. */
  close(): void {
    clearInterval(this.#ping);
    clearTimeout(this.#again);
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #subscribe(socket: WebSocket): void {
    const last = this.#lastEvent === undefined ? {} : { last_event_id: this.#lastEvent };
    socket.send(JSON.stringify({ type: "subscribe", devices: "all", ...last }));
    this.#ping = setInterval(() => this.#ask(socket), PING_EVERY);
  }

  /** A connection that says nothing to a ping is none, whatever the network believes. */
  #ask(socket: WebSocket): void {
    socket.send(JSON.stringify({ type: "ping" }));
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(socket), PATIENCE);
  }

  #heard(text: string): void {
    clearTimeout(this.#silence);
    const message = understood(text);
    if (message?.type === "subscribed") this.#failures = 0;
    if (message?.type === "subscribed" || message?.type === "pong") this.listener.standing(true);
    if (message?.events === undefined || message.events.length === 0) return;
    this.#lastEvent = message.events.at(-1)?.id ?? this.#lastEvent;
    this.listener.told(message.events);
  }

  #lost(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.close();
    this.listener.standing(false);
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures) * (0.75 + Math.random() / 2);
    this.#failures += 1;
    this.#again = setTimeout(() => this.open(), wait);
  }
}
