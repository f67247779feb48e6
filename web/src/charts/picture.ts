/** A drawn chart as a picture that can be sent to somebody. */

import { colorOf } from "./plot.ts";

/** A PNG of the first chart within an element, with its title above; null where none is drawn. */
export async function pictureOf(element: Element, title: string): Promise<Blob | null> {
  const canvas = element.querySelector("canvas");
  if (canvas === null) return null;
  const head = 40 * devicePixelRatio;
  const picture = document.createElement("canvas");
  picture.width = canvas.width;
  picture.height = canvas.height + head;
  const drawing = picture.getContext("2d");
  if (drawing === null) return null;
  drawing.fillStyle = colorOf("--surface", element);
  drawing.fillRect(0, 0, picture.width, picture.height);
  drawing.fillStyle = colorOf("--text", element);
  drawing.font = `600 ${16 * devicePixelRatio}px ${getComputedStyle(element).fontFamily}`;
  drawing.fillText(title, 12 * devicePixelRatio, 26 * devicePixelRatio);
  drawing.drawImage(canvas, 0, head);
  return new Promise((resolve) => picture.toBlob(resolve, "image/png"));
}

/** Offer a file to whoever looks. */
export function offer(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
