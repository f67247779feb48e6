/** The first run: the first administrator by the link of the log, then the guided set-up. */

import { useTranslation } from "react-i18next";
import { useLocationProperty } from "wouter/use-browser-location";
import { navigate } from "../../routing/index.tsx";
import { AdministratorForm } from "./AdministratorForm.tsx";
import { EntryFrame } from "./EntryFrame.tsx";
import { Guide } from "./Guide.tsx";

/** As the log's link carries it behind its `#`, which never reaches a server. */
const SECRET = /^#([\w-]{20,})$/;

export function SetupScreen() {
  const { t } = useTranslation("entry");
  const secret = useLocationProperty(() => SECRET.exec(window.location.hash)?.[1] ?? null);
  if (secret === null) return <Guide />;
  return (
    <EntryFrame>
      <h1>{t("first.title")}</h1>
      <AdministratorForm onIn={() => navigate({ to: "/setup", replace: true })} secret={secret} />
    </EntryFrame>
  );
}
