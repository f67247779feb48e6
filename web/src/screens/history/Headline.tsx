/** The period in a few numbers, each as exact as it says, and what it lacks. */

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { energy, quality } from "../../api/questions.ts";
import { Failed } from "../../parts/Waiting.tsx";
import { iso, startOf } from "../../sitetime/zone.ts";
import { MISSING, number, percent, type Shown, scaled, withUnit } from "../../words/numbers.ts";
import { type Found, useFrame } from "./found.ts";
import style from "./Headline.module.css";
import { change, highest, lowest, mean, missingShare, perDay } from "./headline.ts";
import { periodName, whenIn } from "./names.ts";
import { isRunning } from "./period.ts";
import type { Gauge, Quantity, Question } from "./pieces.ts";
import { detailOf, quantityOf } from "./quantity.ts";
import { back, compared } from "./shift.ts";
import { ofEnergy, ofQuality } from "./subject.ts";
import { catalogueEntry } from "./titles.ts";
import type { View } from "./view.ts";

const DAY = 86_400_000;
/** Beyond it, the highest hour is not looked for: it would take too long to come. */
const PEAK_UP_TO = 800 * DAY;

export function Headline({ view }: { view: View }) {
  const quantity = quantityOf(view.search.measure, view.period, view.catalogue);
  const gauge = typeof quantity === "string" ? null : quantity;
  return (
    <dl className={style.figures}>
      {gauge === null ? <EnergyFigures view={view} /> : <GaugeFigures gauge={gauge} view={view} />}
      <Completeness view={view} />
    </dl>
  );
}

interface FigureProps {
  name: string;
  shown: Shown;
  children?: ReactNode;
  first?: boolean;
}

function Figure({ name, shown, children, first = false }: FigureProps) {
  return (
    <div className={first ? `${style.figure} ${style.first}` : style.figure}>
      <dt>{name}</dt>
      <dd>
        <span className={style.number}>
          {shown.value}
          {shown.value === MISSING || shown.unit === "" ? null : <small> {shown.unit}</small>}
        </span>
        <span className={style.about}>{children}</span>
      </dd>
    </div>
  );
}

function EnergyFigures({ view }: { view: View }) {
  const { period } = view;
  const length = period.end - period.start;
  return (
    <>
      <Total view={view} />
      {length <= PEAK_UP_TO ? <Peak view={view} /> : null}
      {length > 1.5 * DAY ? <Days view={view} /> : null}
    </>
  );
}

/** Exact to the watt-hour, and how it compares: of a period that goes on, up to the same moment of the other. */
function Total({ view }: { view: View }) {
  const { t } = useTranslation("history");
  const { period, calendar, shift } = view;
  const { zone, now } = calendar;
  const running = isRunning(period, now);
  const total = useTotal(view, period);
  const there = shift === null ? null : compared(period, shift, zone);
  const until = shift !== null && running ? back(now, shift, zone) : null;
  const other = useTotal(view, there === null ? null : { start: there.start, end: until ?? there.end });
  if (total.error !== null) return <Failed error={total.error} />;
  return (
    <Figure first name={t("figures.energy")} shown={scaled(total.value, "Wh")}>
      {total.value !== null && total.value >= 1000 ? `${number(total.value)} Wh` : null}
      {there === null ? null : (
        <Against
          name={periodName({ ...there, kind: period.kind }, zone)}
          other={other.value}
          running={running}
          total={total.value}
        />
      )}
    </Figure>
  );
}

function useTotal({ subject }: View, span: { start: number; end: number } | null) {
  const asked = span ?? { start: 0, end: 1 };
  const question = energy({ ...ofEnergy(subject), start: iso(asked.start), end: iso(asked.end) });
  const { data, error } = useQuery({ ...question, enabled: span !== null, refetchInterval: 60_000 });
  const values = data?.items.map((item) => item.energy) ?? [];
  return { value: values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0), error };
}

interface AgainstProps {
  name: string;
  total: number | null;
  other: number | null;
  running: boolean;
}

const ARROWS = { more: "▲", less: "▼", same: "=" } as const;

function Against({ name, total, other, running }: AgainstProps) {
  const { t } = useTranslation("history");
  const by = change(total, other);
  const known = { name, energy: withUnit(other, "Wh") };
  if (by === null) return <span className={style.against}>{t("against.unknown", known)}</span>;
  const share = percent(Math.abs(by));
  const kind = Math.abs(by) < 0.005 ? "same" : by > 0 ? "more" : "less";
  return (
    <span className={style.against}>
      <strong>
        {ARROWS[kind]} {t(`against.${kind}`, { share })}
      </strong>{" "}
      {t(running ? "against.until" : "against.than", known)}
    </span>
  );
}

/** As fine as the time allows: a reading, the mean of a quarter of an hour or of an hour; the words say which. */
function Peak({ view }: { view: View }) {
  const { t } = useTranslation("history");
  const { period, calendar } = view;
  const { found, question } = useCurve(view, "power");
  const best = highest(found.frame, period);
  const detail = question.detail === "raw" || question.detail === "15m" ? question.detail : "1h";
  return (
    <Figure
      name={t(`figures.peak.${detail}`)}
      shown={scaled(found.complete ? (best?.value ?? null) : null, "W")}
    >
      {best === null || !found.complete ? null : whenIn(period, best.start, calendar.zone)}
    </Figure>
  );
}

function useCurve(view: View, quantity: Quantity): { found: Found; question: Question } {
  const { subject, period, poll, calendar } = view;
  const question = { subject, quantity, detail: detailOf(quantity, period, subject, poll), poll };
  return { found: useFrame(question, period, calendar), question };
}

function Days({ view }: { view: View }) {
  const { t } = useTranslation("history");
  const { subject, period, calendar, poll } = view;
  const { frame, complete } = useFrame({ subject, quantity: "energy", detail: "1d", poll }, period, calendar);
  const best = complete ? highest(frame, period) : null;
  const over = highest(frame, { start: period.start, end: startOf("day", calendar.now, calendar.zone) });
  return (
    <>
      <Figure name={t("figures.bestDay")} shown={scaled(best?.value, "Wh")}>
        {best === null ? null : whenIn(period, best.start, calendar.zone)}
      </Figure>
      <Figure
        name={t("figures.perDay")}
        shown={scaled(complete ? perDay(frame, period, calendar.now) : null, "Wh")}
      >
        {over === null ? null : t("figures.perDayAbout")}
      </Figure>
    </>
  );
}

function GaugeFigures({ view, gauge }: { view: View; gauge: Gauge }) {
  const { t } = useTranslation("history");
  const { period, calendar, catalogue } = view;
  const { found } = useCurve(view, gauge);
  const { unit = "", resolution = null } = catalogueEntry(catalogue, gauge) ?? {};
  const [high, low] = [highest(found.frame, period), lowest(found.frame, period)];
  const when = (moment: typeof high) =>
    moment === null ? null : whenIn(period, moment.start, calendar.zone);
  return (
    <>
      <Figure first name={t("figures.mean")} shown={scaled(mean(found.frame, period), unit, resolution)} />
      <Figure name={t("figures.highest")} shown={scaled(high?.value, unit, resolution)}>
        {when(high)}
      </Figure>
      <Figure name={t("figures.lowest")} shown={scaled(low?.value, unit, resolution)}>
        {when(low)}
      </Figure>
    </>
  );
}

/** How much of what should have been read was read. */
function Completeness({ view }: { view: View }) {
  const { t } = useTranslation("history");
  const { subject, period, calendar } = view;
  const span = { start: iso(period.start), end: iso(period.end) };
  const fields = "start,expected,completeness";
  const { data } = useQuery(quality({ ...ofQuality(subject), ...span, fields, zone: calendar.zone }));
  const missing = data === undefined ? null : missingShare(data.items);
  const share = missing === null ? null : wholePercent(missing);
  return (
    <Figure
      name={t("figures.readings")}
      shown={share === null ? { value: MISSING, unit: "" } : { value: number(100 - share), unit: "%" }}
    >
      {missing === null || share === null
        ? null
        : missing === 0
          ? t("missing.none")
          : t(missing < 0.01 ? "missing.few" : "missing.some", { share: number(share) })}
    </Figure>
  );
}

/** Never 100 % where something is missing, and never 0 % where something is there. */
function wholePercent(share: number): number {
  if (share === 0 || share === 1) return share * 100;
  return Math.min(99, Math.max(1, Math.round(share * 100)));
}
