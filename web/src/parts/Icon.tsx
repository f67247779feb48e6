/** The few signs of the dashboard, drawn on a grid of 24. They are decoration: a word always stands beside them. */

const PATHS = {
  now: "M12 4V2M12 22v-2M4 12H2M22 12h-2M5.6 5.6 4.2 4.2M19.8 19.8l-1.4-1.4M5.6 18.4l-1.4 1.4M19.8 4.2l-1.4 1.4M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Z",
  roof: "M3 17 6.5 7h11L21 17ZM12 7v10M4.8 12h14.4",
  history: "M4 20V11M9.3 20V5M14.7 20v-7M20 20V8",
  devices: "M5 4h14v12H5ZM9 20h6M12 16v4M8.5 10h1.5l1.5-3 2 5 1-2h1",
  storage:
    "M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3ZM4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3",
  settings: "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  home: "M4 11.5 12 4l8 7.5M6 10v10h12V10M10 20v-6h4v6",
  grid: "M8 21 10.5 3h3L16 21M6 8h12M5 12.5h14M9.3 12.5 15.4 18M14.7 12.5 8.6 18",
  battery: "M4 8h14v8H4ZM20.5 10.5v3M7 10.5v3M10.5 10.5v3",
  live: "M12 12h.01M8.5 15.5a5 5 0 0 1 0-7M15.5 8.5a5 5 0 0 1 0 7M5.6 18.4a9 9 0 0 1 0-12.8M18.4 5.6a9 9 0 0 1 0 12.8",
  late: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
  night: "M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5Z",
  offline:
    "M4 4l16 16M8.5 8.6a5 5 0 0 0 0 6.9M15.5 8.5a5 5 0 0 1 1 5.5M5.6 5.7a9 9 0 0 0 0 12.7M18.4 5.6a9 9 0 0 1 1.2 11",
  warning: "M12 9v4.5M12 17h.01M12 3.5 2.5 20h19Z",
  about: "M12 17v-6M12 7h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
  check: "M5 12.5 10 17.5 19.5 7",
  left: "M14.5 6 8.5 12l6 6",
  right: "M9.5 6l6 6-6 6",
  down: "M6 9.5l6 6 6-6",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  play: "M8 5v14l11-7Z",
  pause: "M8.5 5v14M15.5 5v14",
  behind: "M4 7l6 6 4-4 6 8M20 12v5h-5",
  turn: "M19 12a7 7 0 1 1-2.2-5.1M17.5 3v4.2h-4.2",
  missing: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8.5 12h7",
  save: "M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14",
  table: "M4 5h16v14H4ZM4 10h16M4 14.5h16M10 5v14",
  chart: "M4 4v16h16M7.5 14.5l3.5-4 3 2.5 5-6",
  edit: "M4 20h4L19 9l-4-4L4 16ZM13 7l4 4",
  remove: "M5 7h14M10 4h4M7 7l1 13h8l1-13",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      fill="none"
      height={size}
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth={name === "more" ? 3.2 : 1.8}
      viewBox="0 0 24 24"
      width={size}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
