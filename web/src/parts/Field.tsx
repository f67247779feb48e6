/** What is filled in, with its name above, what is expected below, and what is wrong with it at its place. */

import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from "react";
import { useTranslation } from "react-i18next";
import style from "./Field.module.css";
import { Icon } from "./Icon.tsx";

/** What every kind of field is told. */
export interface FieldProps {
  label: ReactNode;
  /** What is expected, or what it is for. */
  hint?: ReactNode;
  /** What is wrong, as the server or the form says it. */
  error?: string | undefined;
  /** Where configuration sets it: shown so, and not to be changed here. */
  pinned?: string | undefined;
}

type Own = FieldProps & { value: string; onChange: (value: string) => void };
type Attributes<T> = Omit<T, keyof Own | "id" | "className">;

/** One line. `type`, `inputMode`, `autoComplete` and the like as of any input. */
export function Field({
  label,
  hint,
  error,
  pinned,
  value,
  onChange,
  ...rest
}: Own & Attributes<InputHTMLAttributes<HTMLInputElement>>) {
  const frame = useFrame({ label, hint, error, pinned });
  return (
    <Frame {...frame}>
      <input
        {...rest}
        {...frame.named}
        className={style.input}
        disabled={rest.disabled === true || pinned !== undefined}
        onChange={(event) => onChange(event.target.value)}
        value={value}
      />
    </Frame>
  );
}

/** Several lines. */
export function TextArea({
  label,
  hint,
  error,
  pinned,
  value,
  onChange,
  ...rest
}: Own & Attributes<TextareaHTMLAttributes<HTMLTextAreaElement>>) {
  const frame = useFrame({ label, hint, error, pinned });
  return (
    <Frame {...frame}>
      <textarea
        rows={4}
        {...rest}
        {...frame.named}
        className={`${style.input} ${style.area}`}
        disabled={rest.disabled === true || pinned !== undefined}
        onChange={(event) => onChange(event.target.value)}
        value={value}
      />
    </Frame>
  );
}

interface Choices<T extends string> extends FieldProps {
  value: T;
  options: readonly { value: T; label: string; disabled?: boolean }[];
  onChange: (value: T) => void;
  name?: string;
  disabled?: boolean;
}

/** One of several. */
export function Select<T extends string>({
  label,
  hint,
  error,
  pinned,
  value,
  options,
  onChange,
  name,
  disabled = false,
}: Choices<T>) {
  const frame = useFrame({ label, hint, error, pinned });
  const chosen = (text: string) => options.find((each) => each.value === text);
  return (
    <Frame {...frame}>
      <select
        {...frame.named}
        className={`${style.input} ${style.select}`}
        disabled={disabled || pinned !== undefined}
        name={name}
        onChange={(event) => onChange(chosen(event.target.value)?.value ?? value)}
        value={value}
      >
        {options.map((each) => (
          <option disabled={each.disabled === true} key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

interface Named {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
}

interface Framed extends FieldProps {
  named: Named;
}

/** Ids that join a field to what is said of it. */
export function useFrame(props: FieldProps): Framed {
  const id = useId();
  const said = [
    props.error === undefined ? "" : `${id}error`,
    props.hint === undefined && props.pinned === undefined ? "" : `${id}hint`,
  ].filter(Boolean);
  const named: Named = { id };
  if (said.length > 0) named["aria-describedby"] = said.join(" ");
  if (props.error !== undefined) named["aria-invalid"] = true;
  return { ...props, named };
}

/** The words around anything that is filled in. */
export function Frame({ label, named, children, ...told }: Framed & { children: ReactNode }) {
  return (
    <div className={style.field}>
      <label className={style.label} htmlFor={named.id}>
        {label}
      </label>
      {children}
      <Told {...told} id={named.id} />
    </div>
  );
}

/** What is said below a field: its fault first. */
export function Told({
  id,
  hint,
  error,
  pinned,
}: Pick<FieldProps, "hint" | "error" | "pinned"> & { id: string }) {
  const { t } = useTranslation("shell");
  const below = pinned === undefined ? hint : t("pinned", { where: pinned });
  return (
    <>
      {error === undefined ? null : (
        <p className={style.error} id={`${id}error`} role="alert">
          <Icon name="warning" size={16} />
          <span>{error}</span>
        </p>
      )}
      {below === undefined ? null : (
        <p className={style.hint} id={`${id}hint`}>
          {below}
        </p>
      )}
    </>
  );
}
