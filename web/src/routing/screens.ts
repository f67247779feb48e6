/** Which screen an address shows. Each is a file of its own that is loaded when somebody goes there. */

import type { ComponentType } from "react";
import { later } from "../parts/later.tsx";
import type { Address } from "./addresses.ts";

type Load = () => Promise<ComponentType>;

const settings: Load = () =>
  import("../screens/settings/SettingsScreen.tsx").then((file) => file.SettingsScreen);

/** The longer addresses first: the first that fits is shown. */
const LOADS: { [A in Address]: Load } = {
  "/": () => import("../screens/now/NowScreen.tsx").then((file) => file.NowScreen),
  "/roof": () => import("../screens/roof/RoofScreen.tsx").then((file) => file.RoofScreen),
  "/roof/$serial/$port": () => import("../screens/roof/PortScreen.tsx").then((file) => file.PortScreen),
  "/history": () => import("../screens/history/HistoryScreen.tsx").then((file) => file.HistoryScreen),
  "/devices": () => import("../screens/devices/DevicesScreen.tsx").then((file) => file.DevicesScreen),
  "/devices/dtu/$name": () => import("../screens/devices/DtuScreen.tsx").then((file) => file.DtuScreen),
  "/devices/$serial": () => import("../screens/devices/DeviceScreen.tsx").then((file) => file.DeviceScreen),
  "/storage": () => import("../screens/storage/StorageScreen.tsx").then((file) => file.StorageScreen),
  "/settings": settings,
  "/settings/$section": settings,
  "/more": () => import("../shell/MoreScreen.tsx").then((file) => file.MoreScreen),
  "/login": () => import("../screens/entry/LoginScreen.tsx").then((file) => file.LoginScreen),
  "/setup": () => import("../screens/entry/SetupScreen.tsx").then((file) => file.SetupScreen),
};

const ADDRESSES = Object.keys(LOADS) as Address[];
const LATER = new Map(ADDRESSES.map((address) => [address, later<object>(LOADS[address])]));

/** Load an address's screen before somebody goes there. A failure shows when they do. */
export async function preload(address: Address): Promise<void> {
  await LATER.get(address)
    ?.load()
    .catch(() => undefined);
}

/** Every address with its screen. */
export const SCREENS = [...LATER].map(([address, { Component }]) => [address, Component] as const);
