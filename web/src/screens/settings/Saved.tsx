/** Says that a form was saved. */

import { useTranslation } from "react-i18next";
import { Icon } from "../../parts/Icon.tsx";
import style from "./forms.module.css";

export function Saved({ shown }: { shown: boolean }) {
  const { t } = useTranslation("shell");
  return (
    <span className={style.saved} role="status">
      {shown ? (
        <>
          <Icon name="check" size={18} />
          {t("saved")}
        </>
      ) : null}
    </span>
  );
}
