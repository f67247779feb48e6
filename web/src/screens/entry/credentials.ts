/** A name and a password, sent to be let in. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, rememberCsrfToken, server } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { me } from "../../api/questions.ts";

export interface Credentials {
  name: string;
  password: string;
}

/** Logs in; what was known to somebody else before is forgotten, then `onIn` is called. */
export function useLogIn(onIn: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Credentials) => answer(server.POST("/api/v1/login", { body })),
    onSuccess: (found) => {
      rememberCsrfToken(found.csrf_token);
      client.clear();
      client.setQueryData(me.queryKey, found);
      onIn();
    },
  });
}

/** Whether it is refused because nobody administers this Sunledger yet; the server says so in its sentence. */
export function isNotSetUp(error: unknown): boolean {
  return error instanceof Problem && error.status === 401 && error.message.includes("no administrator yet");
}
