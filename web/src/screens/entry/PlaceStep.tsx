/** The zone of the plant's days, and where it stands. */

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { system } from "../../api/questions.ts";
import { type Site, useMay, useSite } from "../../api/session.ts";
import { Card } from "../../parts/Card.tsx";
import { Field } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { time } from "../../words/times.ts";
import type { StepProps } from "./Guide.tsx";
import { asPair, isZone, ownZone, type PlaceDraft, placeDraftOf, readPlace, zones } from "./place.ts";
import style from "./Step.module.css";
import { StepActions } from "./StepActions.tsx";

/** What a site has before anybody said anything of it. */
const UNSAID = "UTC";

export function PlaceStep({ change, onNext, onBack }: StepProps) {
  const { t } = useTranslation("entry");
  const site = useSite();
  const { data: running } = useSuspenseQuery(system);
  const may = useMay("change");
  const [zone, setZone] = useState(() =>
    isFree(site, "zone") && site.zone === UNSAID ? ownZone() : site.zone,
  );
  const [place, setPlace] = useState(() => placeDraftOf(site.place));
  const [tried, setTried] = useState(false);
  const keep = useKeeping(site, (kept) => {
    const moved = kept.zone !== running.zone || !isSame(kept.place, site.place);
    if (moved) change({ movedIn: running.started_at });
    onNext();
  });
  const read = readPlace(place);
  const faults = "faults" in read ? read.faults : [];
  const next = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isZone(zone.trim()) && !("faults" in read)) keep.mutate({ zone: zone.trim(), place: read.place });
  };
  const locked = may ? {} : { disabled: true };
  return (
    <form className={style.step} noValidate onSubmit={next}>
      <div className={style.head}>
        <h1>{t("setup.place.title")}</h1>
        <p>{t("setup.place.about")}</p>
      </div>
      <Card>
        <ZoneField
          {...locked}
          error={tried && !isZone(zone.trim()) ? t("setup.place.noZone") : faultOf(keep.error, "zone")}
          onChange={setZone}
          pinned={site.pinned.zone}
          value={zone}
        />
      </Card>
      <Card title={t("setup.place.where")}>
        <p className={style.why}>{t("setup.place.why")}</p>
        <PlaceFields
          {...locked}
          faults={tried ? faults : []}
          onChange={setPlace}
          pinned={site.pinned.place}
          value={place}
        />
      </Card>
      <FormProblem error={keep.error} fields={["zone"]} />
      <StepActions next={t("setup.next")} onBack={onBack} onSkip={onNext} running={keep.isPending} />
    </form>
  );
}

interface FieldsProps<T> {
  value: T;
  onChange: (value: T) => void;
  pinned: string | undefined;
  disabled?: boolean;
}

function ZoneField({ error, ...field }: FieldsProps<string> & { error: string | undefined }) {
  const { t } = useTranslation("entry");
  const now = usePlantNow(1000);
  const list = useId();
  const there = isZone(field.value) ? time(now, "moment", field.value) : null;
  return (
    <>
      <Field
        {...field}
        autoCapitalize="words"
        autoComplete="off"
        error={error}
        hint={there === null ? t("setup.place.zoneHint") : t("setup.place.nowThere", { time: there })}
        label={t("setup.place.zone")}
        list={list}
        name="zone"
        onFocus={(event) => event.currentTarget.select()}
        spellCheck={false}
      />
      <datalist id={list}>
        {zones().map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  );
}

function PlaceFields({ faults, value, onChange, ...rest }: FieldsProps<PlaceDraft> & { faults: string[] }) {
  const { t } = useTranslation("entry");
  const type = (field: keyof PlaceDraft) => (text: string) =>
    onChange(asPair(text) ?? { ...value, [field]: text });
  return (
    <div className={style.pair}>
      {(["latitude", "longitude"] as const).map((field) => (
        <Field
          {...rest}
          autoComplete="off"
          error={faults.includes(field) ? t(`setup.place.no_${field}`) : undefined}
          hint={t(`setup.place.${field}Hint`)}
          inputMode="text"
          key={field}
          label={t(`setup.place.${field}`)}
          name={field}
          onChange={type(field)}
          value={value[field]}
        />
      ))}
    </div>
  );
}

type Said = Pick<Site, "zone" | "place">;

/** Keeps what is new and not set by configuration. */
function useKeeping(site: Site, onKept: (said: Said) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ zone, place }: Said): Promise<Said> => {
      const body = {
        ...(isFree(site, "zone") && zone !== site.zone ? { zone } : {}),
        ...(isFree(site, "place") && !isSame(place, site.place) ? { place } : {}),
      };
      if (Object.keys(body).length === 0) return site;
      return answer(server.PATCH("/api/v1/sites/{id}", { params: { path: { id: site.id } }, body }));
    },
    onSuccess: async (said) => {
      await client.invalidateQueries({ queryKey: ["sites"] });
      onKept(said);
    },
  });
}

function isFree(site: Site, field: string): boolean {
  return site.pinned[field] === undefined;
}

function isSame(one: Site["place"], other: Site["place"]): boolean {
  return one?.latitude === other?.latitude && one?.longitude === other?.longitude;
}
