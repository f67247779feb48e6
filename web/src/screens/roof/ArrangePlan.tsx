/** Panels that can be moved. Around them is a free column and row, so that they can be led outwards. */

import { type CSSProperties, type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import arrange from "./ArrangePlan.module.css";
import { useDragging } from "./dragging.ts";
import { ARROWS, extent, flipped, keyOf, moved, type Tile } from "./layout.ts";
import style from "./Panels.module.css";
import { placeOf } from "./Panels.tsx";

interface Props {
  tiles: Tile[];
  names: ReadonlyMap<string, string>;
  /** The panel that was touched last. */
  held: string | null;
  onHold: (key: string) => void;
  onTiles: (tiles: Tile[]) => void;
}

export function ArrangePlan({ tiles, names, held, onHold, onTiles }: Props) {
  const { t } = useTranslation("roof");
  const list = useRef<HTMLUListElement>(null);
  const [before, setBefore] = useState<Tile | null>(null);
  const [said, setSaid] = useState("");
  const nameOf = (key: string) => names.get(key) ?? key;
  const placed = (tile: Tile, next: readonly Tile[]) => {
    const at = next.find((each) => idOf(each) === idOf(tile)) ?? tile;
    const lying = t(at.portrait ? "arrange.portrait" : "arrange.landscape");
    const place = { name: nameOf(idOf(tile)), column: at.column + 1, row: at.row + 1 };
    setSaid(t("arrange.place", { ...place, lying }));
  };
  const change = (tile: Tile, next: Tile[]) => {
    onTiles(next);
    placed(tile, next);
  };
  const { drag, handlers, cancel } = useDragging(
    () => stepOf(list.current),
    (key, columns, rows) => {
      const tile = tiles.find((each) => idOf(each) === key);
      if (tile === undefined || (columns === 0 && rows === 0)) return;
      change(tile, moved(tiles, key, tile.column + columns, tile.row + rows));
    },
  );
  const putBack = (tile: Tile) => {
    if (cancel() || before === null) return;
    const place = { name: nameOf(idOf(tile)), column: before.column + 1, row: before.row + 1 };
    const back = moved(tiles, idOf(tile), before.column, before.row);
    onTiles(before.portrait === tile.portrait ? back : flipped(back, idOf(tile)));
    setSaid(t("arrange.back", place));
  };
  const onKeyDown = (event: KeyboardEvent, tile: Tile) => {
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) {
      change(tile, moved(tiles, idOf(tile), tile.column + arrow[0], tile.row + arrow[1]));
    } else if (event.key === "r" || event.key === "R") change(tile, flipped(tiles, idOf(tile)));
    else if (event.key === "Escape") putBack(tile);
    else return;
    event.preventDefault();
  };
  return (
    <div className={style.frame}>
      <ul
        aria-label={t("arrange.label")}
        className={`${style.plan} ${arrange.plan}`}
        ref={list}
        style={roomOf(tiles)}
      >
        {tiles.map((tile) => {
          const key = idOf(tile);
          const lifted = drag?.key === key ? drag : null;
          return (
            <li className={style.place} key={key} style={placeOf(tile, 1)}>
              <button
                aria-pressed={held === key}
                className={`${style.panel} ${arrange.panel}`}
                data-lifted={lifted === null ? undefined : ""}
                data-lying={tile.portrait ? undefined : ""}
                onFocus={() => {
                  onHold(key);
                  setBefore(tile);
                }}
                onKeyDown={(event) => onKeyDown(event, tile)}
                style={
                  lifted === null
                    ? undefined
                    : { transform: `translate(${lifted.right}px, ${lifted.down}px)` }
                }
                type="button"
                {...handlers(key)}
              >
                <span className={arrange.name}>{nameOf(key)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <span aria-live="polite" className="heard">
        {said}
      </span>
    </div>
  );
}

/** Squares, in which a panel has room however it lies, with a free one at each end. */
function roomOf(tiles: readonly Tile[]): CSSProperties {
  const { columns, rows } = extent(tiles);
  return { "--columns": columns + 2, "--rows": rows + 2 } as CSSProperties;
}

function idOf({ serial, port }: Tile): string {
  return keyOf(serial, port);
}

/** Pixels from one column and row to the next, as they are shown. */
function stepOf(list: HTMLElement | null): readonly [number, number] {
  const place = list?.querySelector("li")?.getBoundingClientRect();
  const gap = list === null ? 0 : Number.parseFloat(getComputedStyle(list).columnGap) || 0;
  return place === undefined ? [0, 0] : [place.width + gap, place.height + gap];
}
