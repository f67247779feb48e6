/** Panels at their places. They scale to the width; pinching or the wheel with Ctrl brings them nearer. */

import { type CSSProperties, type KeyboardEvent, useRef, useState } from "react";
import { beside, keyOf, type Tile, tracks } from "./layout.ts";
import style from "./Panels.module.css";
import { PanelTile } from "./PanelTile.tsx";
import { usePinch } from "./pinch.ts";
import type { Colouring } from "./search.ts";
import type { Shown } from "./view.ts";

interface Props {
  tiles: readonly Tile[];
  names: ReadonlyMap<string, string>;
  panels: ReadonlyMap<string, Shown>;
  by: Colouring;
  label: string;
  waiting: boolean;
  zoom: number;
  onZoom: (zoom: number) => void;
}

export function Panels({ tiles, names, panels, by, label, waiting, zoom, onZoom }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const [reached, setReached] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  usePinch(frame, zoom, onZoom);
  const first = tiles[0];
  const here = tiles.some((tile) => idOf(tile) === reached) ? reached : first && idOf(first);

  const onKeyDown = (event: KeyboardEvent) => {
    const from = tiles.find((tile) => idOf(tile) === here);
    const to = from === undefined ? null : beside(tiles, from, event.key);
    if (to === null) return;
    event.preventDefault();
    setReached(idOf(to));
    list.current?.querySelector<HTMLElement>(`[data-panel="${idOf(to)}"]`)?.focus();
  };

  return (
    <div className={zoom > 1 ? `${style.frame} ${style.near}` : style.frame} ref={frame}>
      <ul
        aria-label={label}
        className={waiting ? `${style.plan} ${style.waiting}` : style.plan}
        onFocus={(event) => setReached(event.target.getAttribute("data-panel"))}
        onKeyDown={onKeyDown}
        ref={list}
        style={gridOf(tiles, zoom)}
      >
        {tiles.map((tile) => (
          <li className={style.place} key={idOf(tile)} style={placeOf(tile)}>
            <PanelTile
              by={by}
              id={idOf(tile)}
              name={names.get(idOf(tile)) ?? idOf(tile)}
              panel={panels.get(idOf(tile))}
              portrait={tile.portrait}
              reached={idOf(tile) === here}
              serial={tile.serial}
              port={tile.port}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

function idOf({ serial, port }: Tile): string {
  return keyOf(serial, port);
}

/** Columns and rows as their panels need them; how large a panel is comes from the room that there is. */
function gridOf(tiles: readonly Tile[], zoom: number): CSSProperties {
  const { widths, heights } = tracks(tiles);
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  const sized = (sizes: readonly number[]) => sizes.map((size) => `calc(var(--panel) * ${size})`).join(" ");
  return {
    "--across": sum(widths),
    "--down": sum(heights),
    "--columns": widths.length,
    "--zoom": zoom,
    gridTemplateColumns: sized(widths),
    gridTemplateRows: sized(heights),
  } as CSSProperties;
}

/** Where a tile lies in the grid, `from` places away from its edges. */
export function placeOf({ column, row }: Tile, from = 0): CSSProperties {
  return { gridColumn: column + 1 + from, gridRow: row + 1 + from };
}
