/** Taking along what is shown: as a table for a spreadsheet, or as a picture. */

import { type RefObject, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Span } from "../../charts/lines.ts";
import { offer, pictureOf } from "../../charts/picture.ts";
import { Button } from "../../parts/Button.tsx";
import { Reason } from "../../parts/Waiting.tsx";
import { withUnit } from "../../words/numbers.ts";
import style from "./Export.module.css";
import { fileName } from "./names.ts";
import type { Question } from "./pieces.ts";
import { addressOf, load, wordsOf } from "./table.ts";

interface Props {
  question: Question;
  span: Span;
  zone: string;
  title: string;
  /** Within it the chart is drawn. */
  chart: RefObject<HTMLElement | null>;
}

type State = { kind: "idle" } | { kind: "loading"; bytes: number } | { kind: "failed"; error: unknown };

export function Export({ question, span, zone, title, chart }: Props) {
  const { t } = useTranslation(["history", "shell"]);
  const [state, setState] = useState<State>({ kind: "idle" });
  const stop = useRef<AbortController | null>(null);
  const name = fileName(wordsOf(question), span, zone);

  const saveTable = async () => {
    const control = new AbortController();
    stop.current = control;
    setState({ kind: "loading", bytes: 0 });
    try {
      const tell = (bytes: number) => setState({ kind: "loading", bytes });
      offer(await load(addressOf(question, span, zone), control.signal, tell), `${name}.csv`);
      setState({ kind: "idle" });
    } catch (error) {
      setState(control.signal.aborted ? { kind: "idle" } : { kind: "failed", error });
    }
  };
  const savePicture = async () => {
    const picture = chart.current === null ? null : await pictureOf(chart.current, title);
    if (picture !== null) offer(picture, `${name}.png`);
  };

  return (
    <div className={style.export}>
      {state.kind === "loading" ? (
        <Button onClick={() => stop.current?.abort()}>{t("shell:actions.cancel")}</Button>
      ) : (
        <Button icon="save" onClick={() => void saveTable()}>
          {t("export.table")}
        </Button>
      )}
      <Button icon="save" onClick={() => void savePicture()}>
        {t("export.picture")}
      </Button>
      <span className={style.state} role="status">
        {state.kind === "loading" ? t("export.loading", { size: withUnit(state.bytes, "B") }) : null}
        {state.kind === "failed" ? <Reason error={state.error} /> : null}
      </span>
    </div>
  );
}
