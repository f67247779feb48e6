/** The addresses of the screens. Each screen is loaded when somebody goes there. */

import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { Problem } from "./api/problem.ts";
import { me } from "./api/questions.ts";
import { historySearch } from "./screens/history/search.ts";
import { roofSearch } from "./screens/roof/search.ts";
import { NotFound, ScreenFailed, ScreenLoading } from "./shell/ScreenStates.tsx";
import { Shell } from "./shell/Shell.tsx";

interface Context {
  client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ notFoundComponent: NotFound });

/** Everything but the way in: whoever is not known is led to the log-in, and back afterwards. */
const known = createRoute({
  getParentRoute: () => root,
  id: "known",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(me);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        throw redirect({ to: "/login", search: { next: location.href } });
      }
      throw error;
    }
  },
});

const now = createRoute({
  getParentRoute: () => known,
  path: "/",
  component: lazyRouteComponent(() => import("./screens/now/NowScreen.tsx"), "NowScreen"),
});

const roof = createRoute({
  getParentRoute: () => known,
  path: "/roof",
  validateSearch: roofSearch,
  component: lazyRouteComponent(() => import("./screens/roof/RoofScreen.tsx"), "RoofScreen"),
});

const port = createRoute({
  getParentRoute: () => known,
  path: "/roof/$serial/$port",
  component: lazyRouteComponent(() => import("./screens/roof/PortScreen.tsx"), "PortScreen"),
});

const history = createRoute({
  getParentRoute: () => known,
  path: "/history",
  validateSearch: historySearch,
  component: lazyRouteComponent(() => import("./screens/history/HistoryScreen.tsx"), "HistoryScreen"),
});

const devices = createRoute({
  getParentRoute: () => known,
  path: "/devices",
  component: lazyRouteComponent(() => import("./screens/devices/DevicesScreen.tsx"), "DevicesScreen"),
});

const device = createRoute({
  getParentRoute: () => known,
  path: "/devices/$serial",
  component: lazyRouteComponent(() => import("./screens/devices/DeviceScreen.tsx"), "DeviceScreen"),
});

const dtu = createRoute({
  getParentRoute: () => known,
  path: "/devices/dtu/$name",
  component: lazyRouteComponent(() => import("./screens/devices/DtuScreen.tsx"), "DtuScreen"),
});

const storage = createRoute({
  getParentRoute: () => known,
  path: "/storage",
  component: lazyRouteComponent(() => import("./screens/storage/StorageScreen.tsx"), "StorageScreen"),
});

const settingsScreen = lazyRouteComponent(
  () => import("./screens/settings/SettingsScreen.tsx"),
  "SettingsScreen",
);

const settings = createRoute({ getParentRoute: () => known, path: "/settings", component: settingsScreen });

const section = createRoute({
  getParentRoute: () => known,
  path: "/settings/$section",
  component: settingsScreen,
});

const more = createRoute({
  getParentRoute: () => known,
  path: "/more",
  component: lazyRouteComponent(() => import("./shell/MoreScreen.tsx"), "MoreScreen"),
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (given: Record<string, unknown>): { next?: string } =>
    typeof given.next === "string" ? { next: given.next } : {},
  component: lazyRouteComponent(() => import("./screens/entry/LoginScreen.tsx"), "LoginScreen"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(() => import("./screens/entry/SetupScreen.tsx"), "SetupScreen"),
});

const tree = root.addChildren([
  known.addChildren([now, roof, port, history, devices, device, dtu, storage, settings, section, more]),
  login,
  setup,
]);

/** The router over one cache of answers. */
export function routerOver(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultErrorComponent: ScreenFailed,
    defaultPendingComponent: ScreenLoading,
    defaultNotFoundComponent: NotFound,
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof routerOver>;
  }
}
