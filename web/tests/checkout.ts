/** Where this checkout is, and programs of its environment. */

import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
export const PYTHON = `${ROOT}/.venv/bin/python`;
export const SUNLEDGER = `${ROOT}/.venv/bin/sunledger`;
