import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { askAhead } from "./ahead.ts";
import { mayPass } from "./api/problem.ts";
import { languageOf, showAppearance, usePreferences } from "./preferences.ts";
import "./styles/global.css";
import { keepPage } from "./shell/offline.ts";
import { speak } from "./words/index.ts";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => mayPass(error) && failures < 2,
      networkMode: "always", // a browser that has no internet may well have Sunledger, and one that has may not
      refetchOnReconnect: true,
      refetchOnWindowFocus: true,
    },
    mutations: { networkMode: "always" },
  },
});

const asked = window.location.pathname === "/" ? askAhead(client) : undefined;

const preferred = usePreferences.getState();
showAppearance(preferred.appearance);
usePreferences.subscribe(({ appearance, language }) => {
  showAppearance(appearance);
  void speak(languageOf({ appearance, language }, navigator.languages));
});

const app = document.getElementById("app");
if (app === null) throw new Error("the page has no #app");
await Promise.all([speak(languageOf(preferred, navigator.languages)), asked]);
createRoot(app).render(
  <QueryClientProvider client={client}>
    <App />
  </QueryClientProvider>,
);
keepPage();
