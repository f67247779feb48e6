// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Suspense } from "react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { speak } from "../../words/index.ts";
import { LoginScreen } from "./LoginScreen.tsx";

const UNKNOWN = { status: 401, detail: "Log in at /login, or send a token: Authorization: Bearer …" };
const NOBODY = { status: 401, detail: "There is no administrator yet: open the setup link in the log." };

interface Told {
  status: number;
  detail: string;
  headers?: Record<string, string>;
}

/** The server, in place before the client takes hold of `fetch`. */
const server = vi.hoisted(() => {
  const stand = { answer: (_: Request): Promise<Response> => Promise.reject(new Error("not said yet")) };
  globalThis.fetch = (asked) => stand.answer(asked as Request);
  return stand;
});

/** What it says to who asks who they are, and to who logs in. */
function answering({ me, login }: { me: Told; login?: Told | Error }): void {
  server.answer = async ({ url }) => {
    const told = url.endsWith("/me") ? me : login;
    if (told === undefined || told instanceof Error) throw told;
    const { status, detail, headers = {} } = told;
    return new Response(JSON.stringify({ type: "urn:sunledger:problem:some", detail }), {
      status,
      headers: { "Content-Type": "application/problem+json", ...headers },
    });
  };
}

async function shown(): Promise<void> {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Suspense>
        <LoginScreen />
      </Suspense>
    </QueryClientProvider>,
  );
  await screen.findByRole("heading", { level: 1 });
}

async function logIn(): Promise<string> {
  await userEvent.type(screen.getByLabelText("Name"), "ann");
  await userEvent.type(screen.getByLabelText("Password"), "nine trams left the depot{Enter}");
  return (await screen.findByRole("alert")).textContent ?? "";
}

beforeAll(() => speak("en"));
beforeEach(() => window.history.replaceState(null, "", "/login"));
afterEach(cleanup);

describe("the log-in", () => {
  it("says what was wrong, and lets the password be typed anew", async () => {
    answering({ me: UNKNOWN, login: { status: 401, detail: "The name or the password is wrong." } });
    await shown();
    expect(await logIn()).toBe("The name or the password is wrong.");
    expect(document.activeElement).toBe(screen.getByLabelText("Password"));
  });

  it("says how long to wait after too many tries", async () => {
    const headers = { "Retry-After": "40" };
    answering({ me: UNKNOWN, login: { status: 429, detail: "More than 10 requests a minute", headers } });
    await shown();
    expect(await logIn()).toBe("Too many tries. Try again in 40 sec.");
  });

  it("says that there is no server", async () => {
    answering({ me: UNKNOWN, login: new TypeError("Failed to fetch") });
    await shown();
    expect(await logIn()).toContain("cannot be reached");
  });

  it("shows the way of the log where nobody is set up", async () => {
    answering({ me: NOBODY });
    await shown();
    expect((await screen.findByText("Nobody is set up yet")).textContent).toBeTruthy();
  });

  it("is filled in by password managers, and shows the password to who wants to see it", async () => {
    answering({ me: UNKNOWN });
    await shown();
    const password = screen.getByLabelText<HTMLInputElement>("Password");
    expect(screen.getByLabelText<HTMLInputElement>("Name").autocomplete).toBe("username");
    expect([password.autocomplete, password.type]).toEqual(["current-password", "password"]);
    await userEvent.click(screen.getByRole("button", { name: "Show password" }));
    expect(password.type).toBe("text");
  });
});
