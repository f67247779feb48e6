/** What the audit knows by name; whatever else it tells is shown as it stands there. */

export const ACTIONS = [
  "create",
  "change",
  "remove",
  "log_in",
  "log_out",
  "log_out_everywhere",
  "change_password",
  "issue",
  "revoke",
  "export",
  "rebuild",
  "begin",
  "survey",
] as const;

export const OBJECTS = [
  "user",
  "token",
  "signed_token",
  "setup_link",
  "session",
  "site",
  "customer",
  "device",
  "port",
  "dtu",
  "setting",
  "plant",
  "rollups",
] as const;

export type AuditAction = (typeof ACTIONS)[number];
export type AuditObject = (typeof OBJECTS)[number];

export function isAction(word: string): word is AuditAction {
  return ACTIONS.some((each) => each === word);
}

export function isObject(word: string): word is AuditObject {
  return OBJECTS.some((each) => each === word);
}
