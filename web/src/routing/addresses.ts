/** The addresses of the screens, with what each carries: parts of its path, and a search behind its `?`. */

import { type DevicesSearch, devicesSearch } from "../screens/devices/search.ts";
import { type HistorySearch, historySearch } from "../screens/history/search.ts";
import { type RoofSearch, roofSearch } from "../screens/roof/search.ts";
import { type SettingsSearch, settingsSearch } from "../screens/settings/search.ts";
import { type StorageSearch, storageSearch } from "../screens/storage/search.ts";

type Nothing = Record<string, never>;
type Given = Record<string, unknown>;

/** What stands in a search that a screen reads; whatever else is there is passed over. */
export interface Searches {
  "/": Nothing;
  "/roof": RoofSearch;
  "/roof/$serial/$port": Nothing;
  "/history": HistorySearch;
  "/devices": DevicesSearch;
  "/devices/$serial": Nothing;
  "/devices/dtu/$name": Nothing;
  "/storage": StorageSearch;
  "/settings": Nothing;
  "/settings/$section": SettingsSearch;
  "/more": Nothing;
  "/login": { next?: string };
  "/setup": { step?: string };
}

export type Address = keyof Searches;

/** Names of the parts of an address that differ: "serial" | "port" of `/roof/$serial/$port`. */
type Parts<A extends string> = A extends `${string}$${infer Name}/${infer Rest}`
  ? Name | Parts<Rest>
  : A extends `${string}$${infer Name}`
    ? Name
    : never;

export type Params<A extends Address> = Record<Parts<A>, string>;

const nothing = (): Nothing => ({});

const READERS: { [A in Address]: (given: Given) => Searches[A] } = {
  "/": nothing,
  "/roof": roofSearch,
  "/roof/$serial/$port": nothing,
  "/history": historySearch,
  "/devices": devicesSearch,
  "/devices/$serial": nothing,
  "/devices/dtu/$name": nothing,
  "/storage": storageSearch,
  "/settings": nothing,
  "/settings/$section": settingsSearch,
  "/more": nothing,
  "/login": ({ next }) => (typeof next === "string" ? { next } : {}),
  "/setup": ({ step }) => (typeof step === "string" ? { step } : {}),
};

/** Where to go. Parameters are given where the address has some. */
export type Target<A extends Address = Address> = {
  to: A;
  search?: Searches[A];
} & (Parts<A> extends never ? { params?: never } : { params: Params<A> });

/** The search of an address as its screen reads it. Whole numbers and "true" come as such. */
export function readSearch<A extends Address>(address: A, text: string): Searches[A] {
  const given = [...new URLSearchParams(text)].map(([name, value]) => [name, meaning(value)]);
  return READERS[address](Object.fromEntries(given));
}

function meaning(text: string): unknown {
  if (text === "true") return true;
  return /^-?(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}

interface Loose {
  to: Address;
  params?: Readonly<Record<string, string>> | undefined;
  search?: object | undefined;
}

/** A target as the browser's bar shows it. Members that are undefined or null are left out. */
export function hrefOf(target: Loose): string {
  const path = target.to.replace(/\$(\w+)/g, (_, name: string) =>
    encodeURIComponent(target.params?.[name] ?? ""),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(target.search ?? {})) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

/** The address as wouter matches it. */
export function patternOf(address: Address): string {
  return address.replace(/\$(\w+)/g, ":$1");
}
