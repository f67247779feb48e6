/** A file of the browser's machine: written straight where there is a way to, else gathered and then downloaded. */

import type { Sink } from "./exporting.ts";

declare global {
  interface Window {
    /** Not in every browser, and only where the page came over TLS or from the machine itself. */
    showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
  }
}

/** Whether a file can grow on the disk; else it has to fit into memory. */
export function writesStraight(): boolean {
  return window.showSaveFilePicker !== undefined;
}

/** Ask where to, if that can be asked. Null where whoever was asked thought better of it. */
export async function sinkCalled(name: string): Promise<Sink | null> {
  if (window.showSaveFilePicker === undefined) return new Gathered(name);
  try {
    const handle = await window.showSaveFilePicker({ suggestedName: name });
    const stream = await handle.createWritable();
    return {
      write: (bytes) => stream.write(bytes),
      close: () => stream.close(),
      abort: () => stream.abort(),
    };
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    throw error;
  }
}

class Gathered implements Sink {
  #parts: Uint8Array<ArrayBuffer>[] = [];

  constructor(private readonly name: string) {}

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#parts.push(bytes);
  }

  async close(): Promise<void> {
    const address = URL.createObjectURL(new Blob(this.#parts));
    const link = document.createElement("a");
    link.href = address;
    link.download = this.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000); // a download may begin late
    this.#parts = [];
  }

  async abort(): Promise<void> {
    this.#parts = [];
  }
}
