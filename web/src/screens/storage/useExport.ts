/** One export at a time: begun, watched, stopped. Who leaves the screen stops it. */

import { useEffect, useRef, useState } from "react";
import { addressesOf, type Order, type Progress, write } from "./exporting.ts";
import { sinkCalled } from "./file.ts";

export interface ExportState {
  step: "idle" | "running" | "done" | "stopped" | "failed";
  progress: Progress;
  name: string;
  error?: unknown;
}

const NOTHING: Progress = { parts: 0, done: 0, bytes: 0 };
/** Milliseconds between two looks at the progress: bytes come faster than anybody reads. */
const SHOW_EVERY = 200;

export function useExport() {
  const [state, setState] = useState<ExportState>({ step: "idle", progress: NOTHING, name: "" });
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);

  const start = async (order: Order, name: string) => {
    const ending = new AbortController();
    let latest = NOTHING;
    const show = (step: ExportState["step"], error?: unknown) =>
      setState({ step, progress: latest, name, ...(error === undefined ? {} : { error }) });
    try {
      const sink = await sinkCalled(name);
      if (sink === null) return;
      control.current = ending;
      const addresses = addressesOf(order);
      latest = { ...NOTHING, parts: addresses.length };
      show("running");
      const told = throttled(() => show("running"));
      await write(addresses, order.format, sink, ending.signal, (progress) => {
        latest = progress;
        told();
      });
      show("done");
    } catch (error) {
      if (ending.signal.aborted) show("stopped");
      else show("failed", error);
    }
  };
  return { state, start, stop: () => control.current?.abort() };
}

function throttled(act: () => void): () => void {
  let last = 0;
  return () => {
    const now = performance.now();
    if (now - last < SHOW_EVERY) return;
    last = now;
    act();
  };
}
