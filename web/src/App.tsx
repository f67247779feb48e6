/** The whole page: the way in for those who are not known, the shell with its screens for those who are. */

import { QueryErrorResetBoundary, useSuspenseQueries } from "@tanstack/react-query";
import { type ReactNode, Suspense } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { Problem } from "./api/problem.ts";
import { me, system } from "./api/questions.ts";
import { ErrorBoundary } from "./parts/ErrorBoundary.tsx";
import { hrefOf, patternOf } from "./routing/addresses.ts";
import { SCREENS } from "./routing/screens.ts";
import { hasPassedSetup } from "./screens/entry/passed.ts";
import { NotFound, ScreenFailed, ScreenLoading } from "./shell/ScreenStates.tsx";
import { Shell } from "./shell/Shell.tsx";

/** Shown to everybody, without the shell. */
const ENTRY = new Set(["/login", "/setup"]);

export function App() {
  return (
    <Switch>
      {SCREENS.filter(([address]) => ENTRY.has(address)).map(([address, Screen]) => (
        <Route key={address} path={patternOf(address)}>
          <Boundary>
            <Screen />
          </Boundary>
        </Route>
      ))}
      <Route>
        <Boundary>
          <Known />
        </Boundary>
      </Route>
    </Switch>
  );
}

/**
 * Whoever is known sees the screens; whoever is not, or is no longer, is led to the log-in and back afterwards.
 * Where nothing was set up yet, the beginning is the set-up.
 */
function Known() {
  const [{ data: who }, { data: running }] = useSuspenseQueries({ queries: [me, system] });
  const [path] = useLocation();
  const isNew = running.first_run && who.actions.includes("operate");
  if (path === "/" && isNew && !hasPassedSetup()) return <Redirect replace to="/setup" />;
  return (
    <Shell>
      <Boundary key={path.split("/")[1]}>
        <Switch>
          {SCREENS.filter(([address]) => !ENTRY.has(address)).map(([address, Screen]) => (
            <Route component={Screen} key={address} path={patternOf(address)} />
          ))}
          <Route component={NotFound} />
        </Switch>
      </Boundary>
    </Shell>
  );
}

/** What fails within stays within. */
function Boundary({ children }: { children: ReactNode }) {
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <ErrorBoundary fallback={(error, again) => <Refused again={again} error={error} />} onReset={reset}>
          <Suspense fallback={<ScreenLoading />}>{children}</Suspense>
        </ErrorBoundary>
      )}
    </QueryErrorResetBoundary>
  );
}

function Refused({ error, again }: { error: unknown; again: () => void }) {
  const [path] = useLocation();
  if (error instanceof Problem && error.status === 401) {
    const next = `${path}${window.location.search}`;
    return <Redirect replace to={hrefOf({ to: "/login", search: next === "/" ? {} : { next } })} />;
  }
  return <ScreenFailed error={error} reset={again} />;
}
