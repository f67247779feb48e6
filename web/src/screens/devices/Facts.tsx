/** Names with what belongs to them, one under the other. */

import type { ReactNode } from "react";
import style from "./Facts.module.css";

export function Facts({ children }: { children: ReactNode }) {
  return <dl className={style.facts}>{children}</dl>;
}

interface Props {
  name: ReactNode;
  /** Said small below the value, such as where it is set. */
  beside?: ReactNode;
  children: ReactNode;
}

export function Fact({ name, beside, children }: Props) {
  return (
    <div className={style.fact}>
      <dt>{name}</dt>
      <dd>
        {children}
        {beside === undefined ? null : <small>{beside}</small>}
      </dd>
    </div>
  );
}

/** Several of the same sort beside each other, as far as there is room. */
export function Blocks({ children }: { children: ReactNode }) {
  return <div className={style.blocks}>{children}</div>;
}

export function Block({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className={style.block}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
