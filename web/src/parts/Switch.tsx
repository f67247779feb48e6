/** On or off, and in force at once or with the form that it stands in. */

import { type FieldProps, Told, useFrame } from "./Field.tsx";
import style from "./Switch.module.css";

interface Props extends FieldProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  name?: string;
  disabled?: boolean;
}

export function Switch({ label, hint, error, pinned, checked, onChange, name, disabled = false }: Props) {
  const { named } = useFrame({ label, hint, error, pinned });
  return (
    <div className={style.field}>
      <label className={style.row}>
        <input
          {...named}
          aria-checked={checked}
          checked={checked}
          className={style.input}
          disabled={disabled || pinned !== undefined}
          name={name}
          onChange={(event) => onChange(event.target.checked)}
          role="switch"
          type="checkbox"
        />
        <span>{label}</span>
      </label>
      <Told error={error} hint={hint} id={named.id} pinned={pinned} />
    </div>
  );
}
