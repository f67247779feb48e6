/** How long ago something was heard, counting up by the plant's clock. */

import { usePlantNow } from "../sitetime/clock.ts";
import { MISSING } from "../words/numbers.ts";
import { ago } from "../words/times.ts";

/** `at` as the API writes it; null where nothing was ever heard. */
export function Age({ at }: { at: string | null }) {
  const now = usePlantNow(1000);
  if (at === null) return MISSING;
  return <time dateTime={at}>{ago(now - Date.parse(at))}</time>;
}
