/** How a port does beside its neighbours, in a sentence. */

import { useTranslation } from "react-i18next";
import { percent } from "../../words/numbers.ts";

/** Less than this is no difference. */
const ALIKE = 0.01;

/** "3 % less than its neighbours." of a share of 0.97; null is: there are none. */
export function useComparison(): (share: number | null) => string {
  const { t } = useTranslation("roof");
  return (share) => {
    if (share === null) return t("port.alone");
    const difference = share - 1;
    if (Math.abs(difference) < ALIKE) return t("port.same");
    return t(difference < 0 ? "port.less" : "port.more", { share: percent(Math.abs(difference)) });
  };
}
