/** What can be set, in sections: a list that leads to pages on a phone, tabs beside them on a desktop. */

import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../api/session.ts";
import { Icon } from "../../parts/Icon.tsx";
import { Empty, Loading } from "../../parts/Waiting.tsx";
import { Link, useParams } from "../../routing/index.tsx";
import { NotFound } from "../../shell/ScreenStates.tsx";
import { AboutSection } from "./AboutSection.tsx";
import { AccountSection } from "./AccountSection.tsx";
import { AppearanceSection } from "./AppearanceSection.tsx";
import { AuditSection } from "./AuditSection.tsx";
import { OutputsSection } from "./OutputsSection.tsx";
import style from "./SettingsScreen.module.css";
import { SiteSection } from "./SiteSection.tsx";
import { mayOpen, SECTIONS, type Section, sectionCalled } from "./sections.ts";
import { TokensSection } from "./TokensSection.tsx";
import { UsersSection } from "./UsersSection.tsx";

const CONTENTS: Record<Section, () => React.ReactNode> = {
  site: SiteSection,
  appearance: AppearanceSection,
  account: AccountSection,
  users: UsersSection,
  tokens: TokensSection,
  audit: AuditSection,
  outputs: OutputsSection,
  about: AboutSection,
};

export function SettingsScreen() {
  const { t } = useTranslation(["settings", "shell"]);
  const { section: name } = useParams({ from: "/settings/$section" });
  const asked = sectionCalled(name);
  if (name !== undefined && asked === undefined) return <NotFound />;
  const shown = asked ?? "site";
  return (
    <>
      <header className={asked === undefined ? "" : style.inside}>
        <h1>{t("shell:screens.settings")}</h1>
        <Link className={style.back} to="/settings">
          <Icon name="left" size={18} />
          {t("shell:screens.settings")}
        </Link>
      </header>
      <div className={style.screen}>
        <Sections shown={shown} whole={asked === undefined} />
        <div className={asked === undefined ? `${style.content} ${style.beside}` : style.content}>
          <Suspense fallback={<Loading height={400} />}>
            <Content section={shown} />
          </Suspense>
        </div>
      </div>
    </>
  );
}

/** `whole`: no section was chosen, and a phone shows nothing but the list. */
function Sections({ shown, whole }: { shown: Section; whole: boolean }) {
  const { t } = useTranslation("settings");
  const administers = useMay("administer");
  return (
    <nav aria-label={t("sections")} className={whole ? style.nav : `${style.nav} ${style.beside}`}>
      <ul>
        {SECTIONS.filter((section) => mayOpen(section, administers)).map((section) => (
          <li key={section}>
            <Link
              aria-current={section === shown ? "page" : undefined}
              className={style.link}
              params={{ section }}
              to="/settings/$section"
            >
              <span>
                <strong>{t(`${section}.title`)}</strong>
                <span className={style.about}>{t(`${section}.about`)}</span>
              </span>
              <Icon name="right" size={18} />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Content({ section }: { section: Section }) {
  const { t } = useTranslation("shell");
  const administers = useMay("administer");
  const Section = CONTENTS[section];
  if (mayOpen(section, administers)) return <Section />;
  return (
    <Empty icon="user">
      <h2>{t("forbidden.title")}</h2>
      <p>{t("forbidden.about")}</p>
    </Empty>
  );
}
