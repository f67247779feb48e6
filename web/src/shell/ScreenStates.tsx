/** What stands in a screen's place: it loads, it failed, there is none. */

import { useTranslation } from "react-i18next";
import { Problem } from "../api/problem.ts";
import { Empty, Failed, Loading } from "../parts/Waiting.tsx";
import { Link } from "../routing/index.tsx";

export function ScreenLoading() {
  return <Loading height={320} />;
}

/** A screen that failed leaves the others alone: another try, or the way to Now. */
export function ScreenFailed({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation("shell");
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
