/** Something that is asked or shown before anything else: at the foot of a phone, in the middle of a desktop. */

import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button.tsx";
import style from "./Dialog.module.css";
import { Notice } from "./Notice.tsx";
import { Reason } from "./Waiting.tsx";

interface Props {
  title: ReactNode;
  /** By Escape or the cross; a press beside it does nothing, as what was filled in would be lost. */
  onClose: () => void;
  /** For what needs more room than a question. */
  wide?: boolean;
  children: ReactNode;
}

/** Shown for as long as it is rendered. Its first field is where one begins. */
export function Dialog({ title, onClose, wide = false, children }: Props) {
  const { t } = useTranslation("shell");
  const place = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = place.current;
    if (dialog === null) return;
    const before = document.activeElement; // the browser forgets it once the dialog is off the page
    dialog.showModal();
    dialog.querySelector<HTMLElement>("input:enabled, select:enabled, textarea:enabled")?.focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      aria-labelledby={id}
      className={wide ? `${style.dialog} ${style.wide}` : style.dialog}
      onCancel={(event) => {
        if (event.target !== place.current) return;
        event.preventDefault();
        onClose();
      }}
      ref={place}
    >
      <div className={style.inside}>
        <header className={style.head}>
          <h2 id={id}>{title}</h2>
          <Button icon="close" kind="quiet" label={t("actions.close")} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** What can be done, at a dialog's or a form's end: the main thing last. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className={style.actions}>{children}</div>;
}

interface Question {
  title: ReactNode;
  /** What happens then. */
  children: ReactNode;
  /** What the button says: "Remove". */
  action: string;
  onConfirm: () => void;
  onClose: () => void;
  pending?: boolean;
  error?: unknown;
}

/** Asks before something is done that cannot be undone. */
export function Confirm({ title, children, action, onConfirm, onClose, pending = false, error }: Question) {
  const { t } = useTranslation("shell");
  return (
    <Dialog onClose={onClose} title={title}>
      <div>{children}</div>
      {error == null ? null : (
        <Notice kind="bad">
          <Reason error={error} />
        </Notice>
      )}
      <Actions>
        <Button onClick={onClose}>{t("actions.cancel")}</Button>
        <Button disabled={pending} kind="danger" onClick={onConfirm}>
          {action}
        </Button>
      </Actions>
    </Dialog>
  );
}
