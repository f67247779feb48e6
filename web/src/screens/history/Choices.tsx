/** Whose history, what of it, and beside which other time. */

import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "../../live/plant.ts";
import { Icon } from "../../parts/Icon.tsx";
import { dayName } from "../../sitetime/zone.ts";
import style from "./Choices.module.css";
import { periodName } from "./names.ts";
import { DateField } from "./PeriodBar.tsx";
import { gaugesOf, nameOf, quantityOf } from "./quantity.ts";
import { compared } from "./shift.ts";
import { catalogueEntry, portName, useWhat, useWhose } from "./titles.ts";
import type { View } from "./view.ts";
import { useWide } from "./wide.ts";

/** Open on a wide screen; a phone says what is chosen and opens them at a touch. */
export function Choices({ view }: { view: View }) {
  const { t } = useTranslation("history");
  const wide = useWide();
  const chosen = useChosen(view);
  const fields = (
    <div className={style.choices}>
      <Whose view={view} />
      <What view={view} />
      {view.period.kind === "all" ? null : <Compare view={view} />}
    </div>
  );
  if (wide) return fields;
  return (
    <details className={style.folded}>
      <summary>
        <Icon name="settings" size={20} />
        <span>{chosen}</span>
        <span className="heard">{t("change")}</span>
        <Icon name="down" size={18} />
      </summary>
      {fields}
    </details>
  );
}

/** What is chosen, in a few words. */
function useChosen(view: View): string {
  const { t } = useTranslation("history");
  const whose = useWhose(view);
  const what = useWhat(view, quantityOf(view.search.measure, view.period, view.catalogue));
  const other = view.shift === null ? null : compared(view.period, view.shift, view.calendar.zone);
  const against =
    other === null ? null : periodName({ ...other, kind: view.period.kind }, view.calendar.zone);
  return [whose, what, against === null ? null : t("chosenAgainst", { name: against })]
    .filter((part) => part !== null)
    .join(" · ");
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}

function Choice({ label, value, onChange, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className={style.choice}>
      <label htmlFor={id}>{label}</label>
      <select
        className={style.select}
        id={id}
        onChange={({ target }) => onChange(target.value)}
        value={value}
      >
        {children}
      </select>
    </div>
  );
}

function Whose({ view: { search, devices, go } }: { view: View }) {
  const { t } = useTranslation("history");
  const value = [search.device, search.port].filter((part) => part !== undefined).join("/");
  const choose = (chosen: string) => {
    const [device, port] = chosen.split("/");
    go({ device: device || undefined, port: port === undefined ? undefined : Number(port) });
  };
  const known = devices.filter(({ ports }) => ports.length > 0).sort(byName);
  return (
    <Choice label={t("whose.label")} onChange={choose} value={value}>
      <option value="">{t("whose.plant")}</option>
      {known.map((device) => (
        <Options device={device} key={device.serial_number} />
      ))}
      {search.device === undefined || known.some((each) => each.serial_number === search.device) ? null : (
        <option value={value}>{value}</option>
      )}
    </Choice>
  );
}

function Options({ device }: { device: Device }) {
  const { t } = useTranslation("history");
  const { serial_number: serial, name, ports } = device;
  return (
    <optgroup label={name}>
      <option value={serial}>{t("whose.inverter", { name })}</option>
      {ports.map((port) => (
        <option key={port} value={`${serial}/${port}`}>
          {`${name} · ${portName(device, port) ?? t("whose.port", { port })}`}
        </option>
      ))}
    </optgroup>
  );
}

function byName(one: Device, other: Device): number {
  return one.name.localeCompare(other.name, undefined, { numeric: true });
}

function What({ view: { search, catalogue, go } }: { view: View }) {
  const { t } = useTranslation("history");
  return (
    <Choice
      label={t("what.label")}
      onChange={(measure) => go({ measure: measure || undefined })}
      value={search.measure ?? ""}
    >
      <option value="">{t("what.auto")}</option>
      <option value="power">{t("what.power")}</option>
      <option value="energy">{t("what.energy")}</option>
      {(["port", "inverter"] as const).map((reading) => (
        <optgroup key={reading} label={t(`what.${reading}`)}>
          {gaugesOf(catalogue)
            .filter((gauge) => gauge.reading === reading)
            .map((gauge) => (
              <option key={nameOf(gauge)} value={nameOf(gauge)}>
                {catalogueEntry(catalogue, gauge)?.label ?? gauge.name}
              </option>
            ))}
        </optgroup>
      ))}
    </Choice>
  );
}

function Compare({ view }: { view: View }) {
  const { t } = useTranslation("history");
  const { search, period, shift, calendar, go } = view;
  const chosen = search.compare !== undefined && /\d/.test(search.compare);
  const other = shift === null ? null : compared(period, shift, calendar.zone);
  const choose = (value: string) => {
    const around = dayName(other?.start ?? period.start - 1, calendar.zone);
    go({ compare: value === "other" ? around : value || undefined });
  };
  return (
    <>
      <Choice label={t("compare.label")} onChange={choose} value={chosen ? "other" : (search.compare ?? "")}>
        <option value="">{t("compare.none")}</option>
        <option value="before">{t(`compare.before.${period.kind}`)}</option>
        {period.kind === "year" ? null : <option value="year">{t("compare.year")}</option>}
        <option value="other">{t("compare.other")}</option>
      </Choice>
      {chosen ? (
        <div className={style.choice}>
          <span aria-hidden="true">{t("compare.with")}</span>
          <DateField
            calendar={calendar}
            label={t("compare.with")}
            moment={other?.start ?? period.start}
            onChange={(compare) => go({ compare })}
          />
        </div>
      ) : null}
    </>
  );
}
