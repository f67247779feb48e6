// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ArrangePlan } from "./ArrangePlan.tsx";
import { placesMoved } from "./dragging.ts";
import type { Tile } from "./layout.ts";

vi.mock("react-i18next", () => ({
  useTranslation: () => ({
    t: (key: string, values: Record<string, unknown> = {}) => [key, ...Object.values(values)].join(" "),
  }),
}));

afterEach(cleanup);

const NAMES = new Map([
  ["s/1", "West"],
  ["s/2", "East"],
]);

let shown: Tile[] = [];

function Arranging() {
  const [tiles, setTiles] = useState<Tile[]>([
    { serial: "s", port: 1, column: 0, row: 0, portrait: true },
    { serial: "s", port: 2, column: 1, row: 0, portrait: true },
  ]);
  shown = tiles;
  return <ArrangePlan held={null} names={NAMES} onHold={() => {}} onTiles={setTiles} tiles={tiles} />;
}

function west(): Tile | undefined {
  return shown.find(({ port }) => port === 1);
}

describe("a panel that is moved by keys", () => {
  it("goes where the arrows point, and says where it is", async () => {
    render(<Arranging />);
    screen.getByRole("button", { name: "West" }).focus();
    await userEvent.keyboard("{ArrowDown}{ArrowRight}");
    expect(west()).toMatchObject({ column: 1, row: 1 });
    expect(screen.getByText("arrange.place West 2 2 arrange.portrait")).toBeDefined();
  });

  it("is turned by R", async () => {
    render(<Arranging />);
    screen.getByRole("button", { name: "West" }).focus();
    await userEvent.keyboard("r");
    expect(west()?.portrait).toBe(false);
  });

  it("is back where it was after Escape, as it lay", async () => {
    render(<Arranging />);
    screen.getByRole("button", { name: "West" }).focus();
    await userEvent.keyboard("{ArrowDown}{ArrowDown}r{Escape}");
    expect(west()).toEqual({ serial: "s", port: 1, column: 0, row: 0, portrait: true });
  });
});

describe("a panel that is dragged", () => {
  it("stays where it was when Escape is pressed on the way", () => {
    render(<Arranging />);
    const panel = screen.getByRole("button", { name: "West" });
    panel.setPointerCapture = () => {};
    fireEvent.pointerDown(panel, { button: 0, clientX: 0, clientY: 0, pointerId: 1 });
    fireEvent.pointerMove(panel, { clientX: 0, clientY: 300, pointerId: 1 });
    expect(panel.style.transform).toBe("translate(0px, 300px)");
    fireEvent.keyDown(panel, { key: "Escape" });
    fireEvent.pointerUp(panel, { clientX: 0, clientY: 300, pointerId: 1 });
    expect(panel.style.transform).toBe("");
    expect(west()).toMatchObject({ column: 0, row: 0 });
  });

  it("moves by whole places, and by none where nothing is laid out", () => {
    expect(placesMoved({ right: 130, down: -40 }, 100, 100)).toEqual([1, 0]);
    expect(placesMoved({ right: 130, down: -40 }, 0, 0)).toEqual([0, 0]);
  });
});
