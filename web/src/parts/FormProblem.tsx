/** A refused form: what is said of one of its fields stands there, the rest above its buttons. */

import { Problem } from "../api/problem.ts";
import { Notice } from "./Notice.tsx";
import { Reason } from "./Waiting.tsx";

/** What is wrong with a field, as the server named it; undefined where the fault is another. */
export function faultOf(error: unknown, field: string): string | undefined {
  return error instanceof Problem && error.parameter === field ? error.message : undefined;
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
