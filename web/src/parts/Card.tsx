/** A surface with a heading: what a screen is made of. */

import { type ReactNode, useId } from "react";
import style from "./Card.module.css";

interface Props {
  title?: ReactNode;
  /** Beside the title: a choice, a link. */
  aside?: ReactNode;
  /** Grows to the height that its row has. */
  tall?: boolean;
  children: ReactNode;
}

export function Card({ title, aside, tall = false, children }: Props) {
  const id = useId();
  const named = title === undefined ? {} : { "aria-labelledby": id };
  return (
    <section className={tall ? `${style.card} ${style.tall}` : style.card} {...named}>
      {title === undefined && aside === undefined ? null : (
        <header className={style.head}>
          {title === undefined ? null : <h2 id={id}>{title}</h2>}
          {aside === undefined ? null : <div className={style.aside}>{aside}</div>}
        </header>
      )}
      {children}
    </section>
  );
}
