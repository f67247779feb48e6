/**
 * Components in files of their own, loaded when they are needed.
 *
 * `lazy` alone shows what stands in a component's place for 300 ms even where it has long been loaded: React
 * spaces what it reveals. What is there before it is asked for is drawn at once.
 */

import { type ComponentType, lazy, useState } from "react";

export interface Later<P> {
  Component: ComponentType<P>;
  /** Load it before it is needed. */
  load: () => Promise<unknown>;
}

/** The component that a file brings, and the way to load it ahead. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): Later<P> {
  let loaded: ComponentType<P> | null = null;
  let loading: Promise<{ default: ComponentType<P> }> | undefined;
  const once = () => {
    loading ??= load().then((found) => {
      loaded = found;
      return { default: found };
    });
    return loading;
  };
  const Lazy = lazy(once) as ComponentType<P>;
  function Component(props: P) {
    const [Loaded] = useState<{ now: ComponentType<P> }>(() => ({ now: loaded ?? Lazy }));
    return <Loaded.now {...props} />;
  }
  return { Component, load: once };
}
