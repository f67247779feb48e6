import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where Python serves it from; part of the wheel, never of the repository. */
const BUILT = "../src/sunledger/api/dashboard";

/** `npm run dev` shows changes at once, on the data of a running Sunledger. */
const SERVER = process.env.SUNLEDGER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: { outDir: BUILT, emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  server: {
    proxy: { "/api": { target: SERVER, ws: true }, "/health": SERVER, "/docs": SERVER },
  },
});
