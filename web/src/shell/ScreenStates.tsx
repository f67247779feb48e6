/** What stands in a screen's place: it loads, it failed, there is none. */

import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { isUnreachable, Problem } from "../api/problem.ts";
import { Empty, Failed, Loading } from "../parts/Waiting.tsx";
import { Link } from "../routing/index.tsx";

export function ScreenLoading() {
  return <Loading height={320} />;
}

/** A screen that failed leaves the others alone: another try, or the way to Now. */
export function ScreenFailed({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation("shell");
  useReturn(isUnreachable(error), reset);
  if (error instanceof Problem && error.status === 403) return <Forbidden />;
  return (
    <>
      <Failed error={error} retry={reset} />
      <p>
        <Link to="/">{t("failed.home")}</Link>
      </p>
    </>
  );
}

/** Milliseconds between two looks whether Sunledger is there again. */
const LOOKS = 5000;

/** Goes on by itself once Sunledger can be reached again. */
function useReturn(away: boolean, onThere: () => void): void {
  useEffect(() => {
    if (!away) return;
    const look = () =>
      fetch("/health", { cache: "no-store" }).then(
        ({ ok }) => (ok ? onThere() : undefined),
        () => undefined, // still away
      );
    const timer = setInterval(look, LOOKS);
    window.addEventListener("online", look);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", look);
    };
  }, [away, onThere]);
}

export function NotFound() {
  const { t } = useTranslation("shell");
  return (
    <Empty icon="warning">
      <h1>{t("notFound.title")}</h1>
      <p>{t("notFound.about")}</p>
      <p>
        <Link to="/">{t("failed.home")}</Link>
      </p>
    </Empty>
  );
}

function Forbidden() {
  const { t } = useTranslation("shell");
  return (
    <Empty icon="user">
      <h1>{t("forbidden.title")}</h1>
      <p>{t("forbidden.about")}</p>
      <p>
        <Link to="/">{t("failed.home")}</Link>
      </p>
    </Empty>
  );
}
