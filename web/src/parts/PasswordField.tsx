/** A password, hidden unless whoever types it wants to see it. */

import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button.tsx";
import field from "./Field.module.css";
import { Frame, useFrame } from "./Field.tsx";
import style from "./PasswordField.module.css";

interface Props {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  value: string;
  onChange: (value: string) => void;
  /** What a password manager is to do: fill in the one it knows, or make one. */
  autoComplete: "current-password" | "new-password";
  name?: string;
}

export function PasswordField({
  label,
  hint,
  error,
  value,
  onChange,
  autoComplete,
  name = "password",
}: Props) {
  const { t } = useTranslation("entry");
  const [shown, setShown] = useState(false);
  const frame = useFrame({ label, hint, error });
  return (
    <Frame {...frame}>
      <div className={style.row}>
        <input
          {...frame.named}
          autoCapitalize="none"
          autoComplete={autoComplete}
          autoCorrect="off"
          className={`${field.input} ${style.input}`}
          name={name}
          onChange={(event) => onChange(event.target.value)}
          required
          spellCheck={false}
          type={shown ? "text" : "password"}
          value={value}
        />
        <Button
          aria-controls={frame.named.id}
          className={style.show ?? ""}
          kind="quiet"
          label={t(shown ? "password.hideIt" : "password.showIt")}
          onClick={() => setShown(!shown)}
        >
          {t(shown ? "password.hide" : "password.show")}
        </Button>
      </div>
    </Frame>
  );
}
