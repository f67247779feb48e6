/** What surrounds every screen: the way around, whose plant it is, and whether what is shown is live. */

import { Link, Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { Loading } from "../parts/Waiting.tsx";
import { ConnectionBanner, ConnectionSign } from "./ConnectionState.tsx";
import style from "./Shell.module.css";
import { SimulatedNotice } from "./SimulatedNotice.tsx";
import { useStream } from "./stream.ts";

const SCREENS = [
  { to: "/", name: "now" },
  { to: "/roof", name: "roof" },
  { to: "/history", name: "history" },
  { to: "/devices", name: "devices" },
  { to: "/storage", name: "storage", second: true },
  { to: "/settings", name: "settings", second: true },
] as const satisfies readonly { to: string; name: IconName; second?: boolean }[];

export function Shell() {
  const { t } = useTranslation("shell");
  useStream();
  return (
    <div className={style.shell}>
      <a className={style.skip} href="#content">
        {t("skip")}
      </a>
      <Navigation />
      <div className={style.page}>
        <SimulatedNotice />
        <ConnectionBanner />
        <main className={style.content} id="content" tabIndex={-1}>
          <Suspense fallback={<Loading height={320} />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </div>
  );
}

function Navigation() {
  const { t } = useTranslation("shell");
  return (
    <nav aria-label={t("navigation")} className={style.nav}>
      <div className={style.brand}>
        <Logo />
        <span>{t("product")}</span>
      </div>
      <ul>
        {SCREENS.map(({ to, name, ...rest }) => (
          <li className={"second" in rest ? style.second : undefined} key={to}>
            <Link activeOptions={{ exact: to === "/", includeSearch: false }} className={style.link} to={to}>
              <Icon name={name} />
              {t(`screens.${name}`)}
            </Link>
          </li>
        ))}
        <li className={style.more}>
          <Link className={style.link} to="/more">
            <Icon name="more" />
            {t("screens.more")}
          </Link>
        </li>
      </ul>
      <ConnectionSign />
    </nav>
  );
}

function Logo() {
  return <img alt="" className={style.logo} height={28} src="/icon.svg" width={28} />;
}
