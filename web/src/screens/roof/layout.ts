/**
 * The plan of a roof: which port's panel lies where, in columns and rows from 0. Nothing here is drawn.
 */

export interface Tile {
  serial: string;
  port: number;
  column: number;
  row: number;
  portrait: boolean;
}

/** What a roof is made of where nobody arranged it. */
export interface Owner {
  serial: string;
  ports: readonly number[];
}

/** Degrees, clockwise. */
export type Turn = 0 | 90 | 180 | 270;

/** Columns and rows are numbered up to this. */
export const LAST_PLACE = 199;

/** A roof that nobody arranged is about so much wider than high, in panels. */
const BREADTH = 1.35;

/** So few inverters have a row each. */
const FEW = 6;

export function keyOf(serial: string, port: number): string {
  return `${serial}/${port}`;
}

/** How far a plan reaches. */
export function extent(tiles: readonly Tile[]): { columns: number; rows: number } {
  let [columns, rows] = [0, 0];
  for (const { column, row } of tiles) {
    columns = Math.max(columns, column + 1);
    rows = Math.max(rows, row + 1);
  }
  return { columns, rows };
}

/** A plan that nobody made: inverters in their order, as many in a row as there is room, none torn apart. */
export function automatic(owners: readonly Owner[], from = 0): Tile[] {
  const counts = owners.map(({ ports }) => ports.length);
  const count = counts.reduce((sum, each) => sum + each, 0);
  const width = Math.max(Math.ceil(Math.sqrt(count * BREADTH)), ...counts);
  const alone = owners.length <= FEW;
  const tiles: Tile[] = [];
  let [column, row] = [0, from];
  for (const { serial, ports } of owners) {
    if (column > 0 && (alone || column + ports.length > width)) [column, row] = [0, row + 1];
    for (const port of ports) {
      tiles.push({ serial, port, column, row, portrait: true });
      column += 1;
    }
  }
  return tiles;
}

/** The stored plan with only what there is, and below it what has no tile yet. */
export function completed(stored: readonly Tile[], owners: readonly Owner[]): Tile[] {
  const wanted = new Set(owners.flatMap(({ serial, ports }) => ports.map((port) => keyOf(serial, port))));
  const kept = stored.filter(({ serial, port }) => wanted.has(keyOf(serial, port)));
  if (kept.length === 0) return automatic(owners);
  const placed = new Set(kept.map(({ serial, port }) => keyOf(serial, port)));
  const left = owners
    .map(({ serial, ports }) => ({ serial, ports: ports.filter((port) => !placed.has(keyOf(serial, port))) }))
    .filter(({ ports }) => ports.length > 0);
  return [...kept, ...automatic(left, extent(kept).rows)];
}

/** The plan turned clockwise as a whole; panels turn with it. */
export function turned(tiles: readonly Tile[], by: Turn): Tile[] {
  const { columns, rows } = extent(tiles);
  return tiles.map((tile) => {
    const { column, row, portrait } = tile;
    if (by === 90) return { ...tile, column: rows - 1 - row, row: column, portrait: !portrait };
    if (by === 180) return { ...tile, column: columns - 1 - column, row: rows - 1 - row };
    if (by === 270) return { ...tile, column: row, row: columns - 1 - column, portrait: !portrait };
    return tile;
  });
}

/**
 * A plan with one tile somewhere else; who was there takes its place. Beyond the left or upper edge the others
 * make room. Nothing happens where there is no more room.
 */
export function moved(tiles: readonly Tile[], key: string, column: number, row: number): Tile[] {
  const [right, down] = [Math.max(0, -column), Math.max(0, -row)];
  const before = tiles.find(({ serial, port }) => keyOf(serial, port) === key);
  if (before === undefined) return [...tiles];
  const to = { column: column + right, row: row + down };
  const from = { column: before.column + right, row: before.row + down };
  const next = tiles.map((tile) => {
    if (tile === before) return { ...tile, ...to };
    const there = { column: tile.column + right, row: tile.row + down };
    return { ...tile, ...(there.column === to.column && there.row === to.row ? from : there) };
  });
  const { columns, rows } = extent(next);
  return columns > LAST_PLACE + 1 || rows > LAST_PLACE + 1 ? [...tiles] : next;
}

/** A plan with one panel turned from upright to lying, or back. */
export function flipped(tiles: readonly Tile[], key: string): Tile[] {
  return tiles.map((tile) =>
    keyOf(tile.serial, tile.port) === key ? { ...tile, portrait: !tile.portrait } : tile,
  );
}

/** A plan without empty columns and rows at its left and upper edge. */
export function trimmed(tiles: readonly Tile[]): Tile[] {
  const left = Math.min(...tiles.map(({ column }) => column));
  const top = Math.min(...tiles.map(({ row }) => row));
  return tiles.map((tile) => ({ ...tile, column: tile.column - left, row: tile.row - top }));
}

/**
 * Panels that lie together, each with the number of its field. Panels touch at their sides or corners: whoever
 * leaves a column or a row free between two sides of a roof has two fields.
 */
export function fields(tiles: readonly Tile[]): Map<string, number> {
  const places = new Map(tiles.map((tile) => [place(tile.column, tile.row), tile]));
  const found = new Map<string, number>();
  let field = 0;
  for (const first of tiles) {
    if (found.has(keyOf(first.serial, first.port))) continue;
    const waiting = [first];
    for (let tile = waiting.pop(); tile !== undefined; tile = waiting.pop()) {
      found.set(keyOf(tile.serial, tile.port), field);
      waiting.push(...around(tile, places).filter(({ serial, port }) => !found.has(keyOf(serial, port))));
    }
    field += 1;
  }
  return found;
}

function around({ column, row }: Tile, places: ReadonlyMap<string, Tile>): Tile[] {
  return [-1, 0, 1]
    .flatMap((right) => [-1, 0, 1].map((down) => places.get(place(column + right, row + down))))
    .filter((tile) => tile !== undefined);
}

function place(column: number, row: number): string {
  return `${column} ${row}`;
}

/** The nearest tile in the direction of an arrow key; null where there is none. */
export function beside(tiles: readonly Tile[], from: Tile, key: string): Tile | null {
  const [right, down] = ARROWS[key] ?? [0, 0];
  let [nearest, least]: [Tile | null, number] = [null, Number.POSITIVE_INFINITY];
  for (const tile of tiles) {
    const ahead = (tile.column - from.column) * right + (tile.row - from.row) * down;
    const aside = Math.abs((tile.column - from.column) * down) + Math.abs((tile.row - from.row) * right);
    const distance = ahead + 3 * aside;
    if (ahead > 0 && distance < least) [nearest, least] = [tile, distance];
  }
  return nearest;
}

/** Columns to the right and rows down that an arrow key means. */
export const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** How much longer a panel is than wide. */
export const LENGTH = 1.35;

/** A free column or row between panels, in widths of one. */
const FREE = 0.5;

/** Widths of columns and heights of rows, in widths of a panel: each as its widest and highest panel needs it. */
export function tracks(tiles: readonly Tile[]): { widths: number[]; heights: number[] } {
  const { columns, rows } = extent(tiles);
  const widths = new Array<number>(columns).fill(FREE);
  const heights = new Array<number>(rows).fill(FREE);
  for (const { column, row, portrait } of tiles) {
    widths[column] = Math.max(widths[column] ?? 0, portrait ? 1 : LENGTH);
    heights[row] = Math.max(heights[row] ?? 0, portrait ? LENGTH : 1);
  }
  return { widths, heights };
}
