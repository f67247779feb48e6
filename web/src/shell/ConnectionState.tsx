/** Whether what is shown is live: a quiet word while it is, a banner once it is not. */

import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../live/now.ts";
import { Icon } from "../parts/Icon.tsx";
import { Notice } from "../parts/Notice.tsx";
import { ago } from "../words/times.ts";
import style from "./ConnectionState.module.css";

/** Milliseconds without a connection before anybody is bothered. */
const PATIENCE = 3000;

export function ConnectionSign() {
  const { t } = useTranslation("shell");
  const connected = useNow((now) => now.connected);
  const known = useNow((now) => now.heardAt !== null);
  const word = connected ? "live" : known ? "lostShort" : "connecting";
  return (
    <p className={connected ? `${style.sign} ${style.live}` : style.sign}>
      <Icon name={connected ? "live" : "late"} size={18} />
      {t(`connection.${word}`)}
    </p>
  );
}

export function ConnectionBanner() {
  const { t } = useTranslation("shell");
  const connected = useNow((now) => now.connected);
  const heardAt = useNow((now) => now.heardAt);
  const lostFor = useLostFor(connected);
  if (connected || heardAt === null || lostFor < PATIENCE) return null;
  const word = navigator.onLine ? "lost" : "offline";
  return (
    <div className={style.banner}>
      <Notice icon="offline" kind="warning">
        {t(`connection.${word}`, { ago: ago(performance.now() - heardAt) })}
      </Notice>
    </div>
  );
}

/** Milliseconds since the connection was lost, looked at every second. */
function useLostFor(connected: boolean): number {
  const [lostFor, setLostFor] = useState(0);
  useEffect(() => {
    setLostFor(0);
    if (connected) return;
    const since = performance.now();
    const timer = setInterval(() => setLostFor(performance.now() - since), 1000);
    return () => clearInterval(timer);
  }, [connected]);
  return lostFor;
}
