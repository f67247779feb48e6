/** Whether there is room beside the navigation, as on a desk. */

import { useSyncExternalStore } from "react";

const QUERY = "(min-width: 900px)";

export function useWide(): boolean {
  return useSyncExternalStore(listen, () => matchMedia(QUERY).matches);
}

function listen(changed: () => void): () => void {
  const media = matchMedia(QUERY);
  media.addEventListener("change", changed);
  return () => media.removeEventListener("change", changed);
}
