import "i18next";
import type devices from "./en/devices.json";
import type entry from "./en/entry.json";
import type history from "./en/history.json";
import type measurements from "./en/measurements.json";
import type now from "./en/now.json";
import type roof from "./en/roof.json";
import type settings from "./en/settings.json";
import type shell from "./en/shell.json";
import type storage from "./en/storage.json";

/** A word that does not exist in English does not compile. */
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "shell";
    resources: {
      devices: typeof devices;
      entry: typeof entry;
      history: typeof history;
      measurements: typeof measurements;
      now: typeof now;
      roof: typeof roof;
      settings: typeof settings;
      shell: typeof shell;
      storage: typeof storage;
    };
  }
}
