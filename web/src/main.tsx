import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

const app = document.getElementById("app");
if (app === null) throw new Error("the page has no #app");
createRoot(app).render(<StrictMode>Sunledger</StrictMode>);
