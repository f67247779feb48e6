/**
 * Where somebody goes on after the log-in: where they wanted to go, if that is on this site, else to the
 * beginning. An address is read as the browser reads it, since `/\other.example` leads away too.
 */
export function wayBack(next: string | undefined, origin: string): string {
  const home = `${origin}/`;
  const wanted = meant(next ?? home, origin);
  return wanted.startsWith(home) ? wanted : home;
}

function meant(text: string, origin: string): string {
  try {
    return new URL(text, origin).href;
  } catch {
    return "";
  }
}
