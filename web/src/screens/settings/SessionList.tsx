/** The browsers in which somebody is logged in, and the end of any of them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Session, sessions } from "../../api/accounts.ts";
import { done, server } from "../../api/client.ts";
import { useZone } from "../../api/session.ts";
import { Button } from "../../parts/Button.tsx";
import { FormProblem } from "../../parts/FormProblem.tsx";
import { Failed, Loading } from "../../parts/Waiting.tsx";
import { time } from "../../words/times.ts";
import { browserOf } from "./browser.ts";
import style from "./forms.module.css";

export function SessionList({ name }: { name: string }) {
  const { t } = useTranslation("settings");
  const { data, error, refetch } = useQuery(sessions(name));
  const end = useEnd(name);
  if (data === undefined) {
    return error === null ? <Loading height={80} /> : <Failed error={error} retry={() => void refetch()} />;
  }
  const others = data.filter(({ current }) => !current);
  return (
    <>
      {data.length === 0 ? <p className={style.about}>{t("sessions.none")}</p> : null}
      <ul className={style.list}>
        {data.map((session) => (
          <Item key={session.id} onEnd={() => end.mutate(session.id)} session={session} />
        ))}
      </ul>
      <FormProblem error={end.error} />
      {others.length > 0 ? (
        <div>
          <Button disabled={end.isPending} onClick={() => end.mutate(null)}>
            {data.length === others.length ? t("sessions.endAll") : t("sessions.endOthers")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

/** Ends a session, or with null all but the own one. */
function useEnd(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string | null) =>
      id === null
        ? done(server.DELETE("/api/v1/users/{name}/sessions", { params: { path: { name } } }))
        : done(server.DELETE("/api/v1/users/{name}/sessions/{id}", { params: { path: { name, id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: sessions(name).queryKey }),
  });
}

function Item({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const { t } = useTranslation("settings");
  const zone = useZone();
  const { browser, system } = browserOf(session.agent);
  return (
    <li>
      <div className={style.what} title={session.agent}>
        <strong>{[browser ?? t("sessions.unknown"), system].filter(Boolean).join(", ")}</strong>
        {session.current ? (
          <span className={`${style.badge} ${style.good}`}>{t("sessions.current")}</span>
        ) : null}
        <p className={style.about}>
          {t("sessions.about", {
            address: session.address,
            since: time(session.created_at, "moment", zone),
            seen: time(session.seen_at, "moment", zone),
          })}
        </p>
      </div>
      {session.current ? null : <Button onClick={onEnd}>{t("sessions.end")}</Button>}
    </li>
  );
}
