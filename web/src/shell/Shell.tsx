/** What surrounds every screen: the way around, whose plant it is, and whether what is shown is live. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { Link } from "../routing/index.tsx";
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

/** What a phone finds behind "more". */
const BELOW_MORE = ["/more", "/storage", "/settings"];

export function Shell({ children }: { children: ReactNode }) {
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
          {children}
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
            <Tab name={name} to={to} />
          </li>
        ))}
        <li className={style.more}>
          <Tab name="more" to="/more" />
        </li>
      </ul>
      <ConnectionSign />
    </nav>
  );
}

type Name = (typeof SCREENS)[number]["name"] | "more";

/** The way to a screen, marked while one is there or deeper in. */
function Tab({ to, name }: { to: (typeof SCREENS)[number]["to"] | "/more"; name: Name }) {
  const { t } = useTranslation("shell");
  const [path] = useLocation();
  const below = name === "more" ? BELOW_MORE : [to];
  const here = to === "/" ? path === "/" : below.some((each) => path === each || path.startsWith(`${each}/`));
  return (
    <Link aria-current={here ? "page" : undefined} className={style.link} to={to}>
      <Icon name={name} />
      {t(`screens.${name}`)}
    </Link>
  );
}

function Logo() {
  return <img alt="" className={style.logo} height={28} src="/icon.svg" width={28} />;
}
