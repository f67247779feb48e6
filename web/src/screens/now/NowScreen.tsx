/** Now: what the sun gives, where it goes, how today compares, and whether every device is heard. */

import { useTranslation } from "react-i18next";
import { useSite } from "../../api/session.ts";
import { plantPower, useInverters } from "../../live/plant.ts";
import { Empty } from "../../parts/Waiting.tsx";
import { Link } from "../../routing/index.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { time } from "../../words/times.ts";
import { DeviceList } from "./DeviceList.tsx";
import { Figures } from "./Figures.tsx";
import { FlowCard } from "./FlowCard.tsx";
import { hasHome, powersOf } from "./flows.ts";
import { useMeters } from "./meters.ts";
import style from "./NowScreen.module.css";
import { TodayCard } from "./TodayCard.tsx";
import { useToday } from "./today.ts";

export function NowScreen() {
  const site = useSite();
  const inverters = useInverters();
  const meters = useMeters();
  const now = usePlantNow(5000);
  const { t } = useTranslation("now");
  const today = useToday(
    site.zone,
    inverters.reduce((total, { ports }) => total + ports.length, 0),
  );
  if (inverters.length === 0 && meters.length === 0) return <NothingYet />;
  const powers = powersOf(plantPower(inverters), meters, now);
  const balanced = hasHome(powers);
  return (
    <div className={style.screen}>
      <header className={style.head}>
        <h1>{site.name}</h1>
        <p>{t("at", { time: time(now, "time", site.zone), day: time(now, "weekday", site.zone) })}</p>
      </header>
      <Figures inverters={inverters} now={now} powers={powers} today={today} />
      <div className={style.middle}>
        <TodayCard balanced={balanced} now={now} power={powers.sun} today={today} zone={site.zone} />
        <div className={style.side}>
          {balanced ? <FlowCard powers={powers} /> : null}
          <DeviceList inverters={inverters} now={now} />
        </div>
      </div>
    </div>
  );
}

/** Nothing was ever heard: what would change that. */
function NothingYet() {
  const { t } = useTranslation("now");
  return (
    <Empty icon="now">
      <h1>{t("nothing.title")}</h1>
      <p>{t("nothing.about")}</p>
      <p>
        <Link to="/setup">{t("nothing.setup")}</Link>
      </p>
    </Empty>
  );
}
