/** A refused form: what is said of one of its fields stands there, the rest above its buttons. */

import { Problem } from "../api/problem.ts";
import { Notice } from "./Notice.tsx";
import { Reason } from "./Waiting.tsx";

/** What is wrong with a field, as the server says it; undefined where the fault is another. */
export function faultOf(error: unknown, field: string): string | undefined {
  if (!(error instanceof Problem) || error.parameter !== field) return undefined;
  const named = `${field}: `; // its label says that already
  const said = error.message.startsWith(named) ? error.message.slice(named.length) : error.message;
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** What is wrong with the form as a whole: whatever belongs to none of its fields. */
export function FormProblem({ error, fields = [] }: { error: unknown; fields?: readonly string[] }) {
  if (error == null || fields.some((field) => faultOf(error, field) !== undefined)) return null;
  return (
    <Notice kind="bad">
      <Reason error={error} />
    </Notice>
  );
}
