/** A day in words: "12 March: 97 % of 8,640 readings; 2 repaired". */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useZone } from "../../api/session.ts";
import { number, percent } from "../../words/numbers.ts";
import { time } from "../../words/times.ts";
import type { Day } from "./calendar.ts";

export function useDayWords(): (day: Day) => string {
  const { t } = useTranslation("storage");
  const zone = useZone();
  return useCallback(
    (day: Day) => {
      const named = { day: time(day.moment, "shortDay", zone) };
      const numbers = { expected: number(day.expected), readings: number(day.readings) };
      const found = FINDINGS.filter((each) => day[each] > 0).map((each) =>
        t(`calendar.${each}`, { count: day[each] }),
      );
      const whole = t(`calendar.${WORDS[day.level]}`, {
        ...named,
        ...numbers,
        share: percent(day.completeness, day.completeness === 1 ? 0 : 1),
      });
      return found.length === 0 ? whole : `${whole}; ${found.join(", ")}`;
    },
    [t, zone],
  );
}

const FINDINGS = ["repaired", "setAside", "noticed"] as const;

const WORDS = {
  whole: "day",
  nearly: "day",
  half: "day",
  little: "day",
  none: "dayNone",
  some: "daySome",
  outside: "dayOutside",
} as const;
