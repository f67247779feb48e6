/** Whether the set-up was gone through or skipped in this tab: then the first screen leads there no more. */

const PASSED = "sunledger.setup.passed";

export function hasPassedSetup(): boolean {
  return sessionStorage.getItem(PASSED) !== null;
}

export function rememberPassed(): void {
  sessionStorage.setItem(PASSED, "yes");
}
