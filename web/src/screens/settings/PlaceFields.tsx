/** Where the plant stands; the browser may say so where it is asked to. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../parts/Button.tsx";
import { Field } from "../../parts/Field.tsx";
import { Notice } from "../../parts/Notice.tsx";
import style from "./forms.module.css";
import type { FaultOf } from "./SiteSection.tsx";
import type { Draft } from "./site.ts";

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  fault: FaultOf;
  pinned: string | undefined;
  disabled: boolean;
}

declare global {
  interface Document {
    /** Only in some browsers. */
    featurePolicy?: { allowsFeature: (name: string) => boolean };
  }
}

export function PlaceFields({ draft, change, fault, pinned, disabled }: Props) {
  const { t } = useTranslation("settings");
  const fixed = pinned === undefined ? {} : { pinned };
  return (
    <fieldset className={style.group} disabled={disabled}>
      <legend>{t("site.place")}</legend>
      <p className={style.about}>{t("site.placeAbout")}</p>
      <div className={style.fields}>
        <Field
          {...fixed}
          error={fault("place.latitude")}
          inputMode="decimal"
          label={t("site.latitude")}
          onChange={(latitude) => change({ latitude })}
          value={draft.latitude}
        />
        <Field
          {...fixed}
          error={fault("place.longitude")}
          inputMode="decimal"
          label={t("site.longitude")}
          onChange={(longitude) => change({ longitude })}
          value={draft.longitude}
        />
      </div>
      {pinned === undefined && !disabled && mayLocate() ? <Locate found={change} /> : null}
    </fieldset>
  );
}

/** Only over TLS or on the machine itself, and only where the page may ask. */
function mayLocate(): boolean {
  return (
    window.isSecureContext &&
    "geolocation" in navigator &&
    document.featurePolicy?.allowsFeature("geolocation") !== false
  );
}

const PATIENCE = 15_000;

function Locate({ found }: { found: (place: Pick<Draft, "latitude" | "longitude">) => void }) {
  const { t } = useTranslation("settings");
  const [state, setState] = useState<"idle" | "asking" | "refused">("idle");
  const ask = () => {
    setState("asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setState("idle");
        found({ latitude: coords.latitude.toFixed(3), longitude: coords.longitude.toFixed(3) });
      },
      () => setState("refused"),
      { timeout: PATIENCE },
    );
  };
  return (
    <>
      <div>
        <Button disabled={state === "asking"} onClick={ask}>
          {t("site.locate")}
        </Button>
      </div>
      {state === "refused" ? <Notice kind="warning">{t("site.locationRefused")}</Notice> : null}
    </>
  );
}
