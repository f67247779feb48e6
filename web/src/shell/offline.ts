/** Keeps the page itself for when Sunledger cannot be reached; see public/sw.js. */

/**
 * Called once the page is shown: the first load comes first. There is none over plain HTTP from another machine,
 * nor where the certificate is not trusted; then the browser says that a page cannot be reached, as ever.
 */
export function keepPage(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const register = () => {
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch((reason: unknown) => {
      console.info("the page is not kept for later:", reason);
    });
  };
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register, { once: true });
}
