/** The way from screen to screen: typed addresses over wouter. */

import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { useMemo } from "react";
import { useParams as usePlainParams, useSearch as usePlainSearch } from "wouter";
import { navigate as go } from "wouter/use-browser-location";
import { type Address, hrefOf, type Params, readSearch, type Searches, type Target } from "./addresses.ts";
import { preload } from "./screens.ts";

export type { Address, Searches, Target } from "./addresses.ts";

/** Where to go, and how. */
export type Going<A extends Address> = Omit<Target<A>, "search"> & {
  search?: Searches[A] | ((before: Searches[A]) => Searches[A]);
  /** The way back passes over where one was. */
  replace?: boolean;
  /** False: the page stays where it is scrolled to, as when only a part of it changes. */
  resetScroll?: boolean;
};

type LinkProps<A extends Address> = Going<A> & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href">;

/** A link within the dashboard. Its screen is loaded while a pointer or the focus is on it. */
export function Link<A extends Address>(props: LinkProps<A>) {
  const { to, params, search, replace, resetScroll, onClick, ...rest } = props;
  const load = () => void preload(to);
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || !isPlain(event)) return;
    event.preventDefault();
    navigate(props);
  };
  return <a {...rest} href={addressOf(props)} onClick={follow} onFocus={load} onPointerEnter={load} />;
}

/** A click that the browser would follow in the same window. */
function isPlain({
  button,
  metaKey,
  ctrlKey,
  shiftKey,
  altKey,
  currentTarget,
}: MouseEvent<HTMLAnchorElement>): boolean {
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey && currentTarget.target !== "_blank";
}

/** Go to a screen. Who goes by keys goes on at its beginning. */
export function navigate<A extends Address>(going: Going<A>): void {
  go(addressOf(going), { replace: going.replace ?? false });
  if (going.resetScroll === false) return;
  window.scrollTo(0, 0);
  document.getElementById("content")?.focus({ preventScroll: true });
}

/** A target as the browser's bar shows it. */
export function addressOf<A extends Address>({ to, params, search }: Going<A>): string {
  const found = typeof search === "function" ? search(readSearch(to, window.location.search)) : search;
  return hrefOf({ to, params, search: found });
}

/** The search of the screen's address. */
export function useSearch<A extends Address>({ from }: { from: A }): Searches[A] {
  const text = usePlainSearch();
  return useMemo(() => readSearch(from, text), [from, text]);
}

/** The parts of the screen's address. */
export function useParams<A extends Address>(_: { from: A }): Params<A> {
  return usePlainParams() as Params<A>;
}
