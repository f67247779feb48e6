/** What a survey of a DTU found: good news, things worth knowing, and what somebody has to change. */

import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/questions.ts";
import { withUnit } from "../words/numbers.ts";
import { Icon, type IconName } from "./Icon.tsx";
import style from "./SurveyForm.module.css";

type Survey = Schemas["Survey"];
type Finding = Survey["findings"][number];

const SIGNS: Record<Finding["level"], IconName> = { good: "check", note: "late", attention: "warning" };

export function SurveyFindings({ survey }: { survey: Survey }) {
  const { t } = useTranslation("devices");
  const answers = survey.gateway_serial !== null;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []); // what was found is read out, and in view
  return (
    <section className={style.findings}>
      <h3 ref={heading} tabIndex={-1}>
        {t(answers ? "survey.answers" : "survey.silent")}
      </h3>
      <ul className={style.list}>
        {survey.findings.map((finding) => (
          <OneFinding finding={finding} key={finding.said} />
        ))}
      </ul>
      {survey.inverters.length === 0 ? null : <Inverters survey={survey} />}
      <p className={style.about}>{t("survey.done", { duration: withUnit(survey.seconds, "s", 0.1) })}</p>
    </section>
  );
}

function OneFinding({ finding: { level, said, shown, changes } }: { finding: Finding }) {
  const { t } = useTranslation("devices");
  return (
    <li className={`${style.finding} ${style[level]}`}>
      <Icon name={SIGNS[level]} size={20} />
      <div>
        <p>
          <span className="heard">{t(`survey.levels.${level}`)}: </span>
          {said}
        </p>
        {changes.length === 0 ? null : (
          <ul aria-label={t("survey.change")} className={style.changes}>
            {changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        )}
        {shown.length === 0 ? null : (
          <details className={style.shown}>
            <summary>{t("survey.shown")}</summary>
            {shown.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </details>
        )}
      </div>
    </li>
  );
}

function Inverters({ survey }: { survey: Survey }) {
  const { t } = useTranslation("devices");
  return (
    <div>
      <h4 className={style.name}>{t("survey.inverters")}</h4>
      <ul className={style.inverters}>
        {survey.inverters.map(({ serial_number, ports }) => (
          <li key={serial_number}>
            <span>{serial_number}</span>
            <span className={style.about}>{t("survey.portsOf", { count: ports.length })}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
