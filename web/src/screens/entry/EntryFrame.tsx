/** What surrounds the ways in: the name of the product, and one column for one thing at a time. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import style from "./EntryFrame.module.css";

interface Props {
  children: ReactNode;
  /** Above the column: how far somebody has come. */
  progress?: ReactNode;
  wide?: boolean;
}

export function EntryFrame({ children, progress, wide = false }: Props) {
  const { t } = useTranslation("shell");
  return (
    <div className={wide ? `${style.frame} ${style.wide}` : style.frame}>
      <header className={style.brand}>
        <img alt="" height={32} src="/icon.svg" width={32} />
        <span>{t("product")}</span>
      </header>
      <main className={style.column} id="content" tabIndex={-1}>
        {progress}
        {children}
      </main>
    </div>
  );
}
