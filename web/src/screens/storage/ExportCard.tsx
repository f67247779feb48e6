/** Readings, averages, energy or completeness as a file: what, whose, when and how, and how far it is. */

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { devices, measurements } from "../../api/questions.ts";
import { useZone } from "../../api/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Field, Select } from "../../parts/Field.tsx";
import { plantNow } from "../../sitetime/clock.ts";
import { dayName } from "../../sitetime/zone.ts";
import style from "./ExportCard.module.css";
import { ExportProgress } from "./ExportProgress.tsx";
import { FORMATS, type Format, type Order, STEPS, type Step, WHATS, type What } from "./exporting.ts";
import { writesStraight } from "./file.ts";
import { SPANS, type Span, type SpanName, spanOf } from "./span.ts";
import { useExport } from "./useExport.ts";

const KINDS = ["port", "inverter", "energy", "weather", "telemetry"] as const;
const SUMS = { energy: ["plant", "inverter", "port"], quality: ["plant", "device", "series"] } as const;

type Kind = (typeof KINDS)[number];
type Sum = (typeof SUMS)[keyof typeof SUMS][number];

interface Wish {
  what: What;
  kind: Kind;
  by: Sum;
  step: Step;
  device: string;
  span: SpanName;
  from: string;
  to: string;
  format: Format;
}

function firstWish(today: string): Wish {
  const whose = { kind: "port", by: "plant", device: "" } as const;
  return { what: "readings", ...whose, step: "1h", span: "month", from: today, to: today, format: "csv" };
}

export function ExportCard({ oldest }: { oldest: string | null }) {
  const { t } = useTranslation("storage");
  const zone = useZone();
  const [wish, setWish] = useState(() => firstWish(dayName(plantNow(), zone)));
  const { data: catalogue } = useQuery(measurements);
  const { state, start, stop } = useExport();
  const change = (changes: Partial<Wish>) => setWish({ ...wish, ...changes });
  const span = spanOf(
    { ...wish, name: wish.span, oldest: oldest === null ? null : Date.parse(oldest) },
    plantNow(),
    zone,
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (span === null) return;
    const measured = catalogue?.filter(({ reading }) => reading === wish.kind).map(({ name }) => name) ?? [];
    void start(orderOf(wish, span, zone, measured), fileName(wish, span, zone));
  };
  const joined = wish.format === "csv" || wish.format === "ndjson";
  return (
    <Card title={t("export.title")}>
      <p className={style.about}>{t("export.about")}</p>
      <form className={style.form} onSubmit={send}>
        <fieldset className={style.fields} disabled={state.step === "running"}>
          <WhatFields change={change} wish={wish} />
          <SpanFields backwards={span === null} change={change} wish={wish} />
          <Select
            hint={joined ? undefined : t("export.whole")}
            label={t("export.format")}
            onChange={(format) => change({ format })}
            options={FORMATS.map((value) => ({ value, label: t(`export.formats.${value}`) }))}
            value={wish.format}
          />
        </fieldset>
        {writesStraight() ? null : <p className={style.about}>{t("export.memory")}</p>}
        <div className={style.actions}>
          {state.step === "running" ? (
            <Button icon="close" key="stop" onClick={stop}>
              {t("export.cancel")}
            </Button>
          ) : (
            <Button
              disabled={span === null || (wish.what === "history" && catalogue === undefined)}
              icon="save"
              key="start" // another element: a press of the one must not become a press of the other
              kind="main"
              type="submit"
            >
              {t("export.start")}
            </Button>
          )}
        </div>
      </form>
      <ExportProgress state={state} />
    </Card>
  );
}

function orderOf(wish: Wish, span: Span, zone: string, measured: readonly string[]): Order {
  const whose = wish.device === "" ? [] : [wish.device];
  return { ...wish, ...span, zone, devices: whose, measurements: measured };
}

const ENDINGS: Record<Format, string> = { csv: "csv", ndjson: "ndjson", parquet: "parquet", arrow: "arrows" };

function fileName({ what, format }: Wish, { start, end }: Span, zone: string): string {
  return `sunledger-${what}-${dayName(start, zone)}-${dayName(end - 1, zone)}.${ENDINGS[format]}`;
}

interface Part {
  wish: Wish;
  change: (changes: Partial<Wish>) => void;
}

function WhatFields({ wish, change }: Part) {
  const { t } = useTranslation("storage");
  const { data: found } = useQuery(devices);
  const { what } = wish;
  const named = (found ?? []).map((device) => ({
    value: device.serial_number,
    label: device.name || device.serial_number,
  }));
  return (
    <>
      <Select
        label={t("export.what")}
        onChange={(chosen) => change({ what: chosen, by: "plant" })}
        options={WHATS.map((value) => ({ value, label: t(`export.whats.${value}`) }))}
        value={what}
      />
      {what === "energy" ? null : (
        <Select
          label={t("export.kind")}
          onChange={(kind) => change({ kind })}
          options={KINDS.map((value) => ({ value, label: t(`export.kinds.${value}`) }))}
          value={wish.kind}
        />
      )}
      {what === "energy" || what === "quality" ? (
        <Select<Sum>
          label={t("export.by")}
          onChange={(by) => change({ by })}
          options={SUMS[what].map((value) => ({ value, label: t(`export.bys.${value}`) }))}
          value={wish.by}
        />
      ) : null}
      {what === "energy" || what === "history" ? (
        <Select
          label={t("export.step")}
          onChange={(step) => change({ step })}
          options={STEPS.map((value) => ({ value, label: t(`export.steps.${value}`) }))}
          value={wish.step}
        />
      ) : null}
      <Select
        label={t("export.device")}
        onChange={(device) => change({ device })}
        options={[{ value: "", label: t("export.all") }, ...named]}
        value={wish.device}
      />
    </>
  );
}

function SpanFields({ wish, change, backwards }: Part & { backwards: boolean }) {
  const { t } = useTranslation("storage");
  return (
    <>
      <Select
        label={t("export.span")}
        onChange={(span) => change({ span })}
        options={SPANS.map((value) => ({ value, label: t(`export.spans.${value}`) }))}
        value={wish.span}
      />
      {wish.span === "own" ? (
        <>
          <Field
            label={t("export.from")}
            onChange={(from) => change({ from })}
            required
            type="date"
            value={wish.from}
          />
          <Field
            error={backwards ? t("export.backwards") : undefined}
            label={t("export.to")}
            onChange={(to) => change({ to })}
            required
            type="date"
            value={wish.to}
          />
        </>
      ) : null}
    </>
  );
}
