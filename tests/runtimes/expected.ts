import type { Step } from "./program/control.ts";

const GROUPS = "200, 3 groups";
const LISTED = "listFileGroups 200";

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

function step(name: string, saw: unknown, ...received: readonly string[]): Step {
  return { step: name, saw, received };
}

/** What a session with a renewable token sees, and the servers with it. */
function lifeWith(strategy: string, begin: string, renew: string, end: string): Step[] {
  return [
    step(`${strategy}: a first call`, GROUPS, begin, LISTED),
    step(`${strategy}: calls by the client`, [3, 200], LISTED, "searchFiles 200"),
    step(`${strategy}: ten calls when the token is over`, times(10, GROUPS), renew, ...times(10, LISTED)),
    step(`${strategy}: a call when the token was taken back`, GROUPS, "listFileGroups 401", renew, LISTED),
    step(
      `${strategy}: a file`,
      [200, 200, 200, true],
      ...["searchFiles 200", "getFile 200", "fetchLink 200", "downloadFile 200"],
    ),
    step(`${strategy}: logout`, null, end),
    step(`${strategy}: a call after it`, "login_required"),
  ];
}

/**
 * What should happen in every runtime, if it leaves so many sets of records behind.
 *
 * @param hasFiles Whether the store in a file works there, with leave.
 */
export function expectedLife(copies: number, hasFiles: boolean): Step[] {
  const logins = ["authLogin 200", "oauthToken 200", ...times(2, "authLogin 200"), "authLogin 401", "authLogin 200"];
  const renewals = ["authRefresh 200", "oauthToken 200", ...times(3, "authRefresh 200"), "authLogout 200"];
  return [
    ...lifeWith("login", "authLogin 200", "authRefresh 200", "authLogout 200"),
    ...lifeWith("auth0", "oauthToken 200", "oauthToken 200", "oauthRevoke 200"),
    step("a wrong password", "credentials_rejected", "authLogin 401"),
    step("the same again", "credentials_rejected"),
    step("no server", "unreachable"),
    step("a call that was given up", "AbortError"),
    step("Deno KV without leave", "store_failed"),
    step("a file without leave", hasFiles ? "store_failed" : "not_supported"),
    step("bodies that differ from the platform's", []),
    step("records", null, ...times(copies, logins).flat(), ...times(copies, renewals).flat()),
  ];
}

/** What should happen with the records of any runtime: the tokens are used as they are, and renewed. */
export function expectedReading(): Step[] {
  const kinds: Record<string, [saw: string, first: readonly string[], hourLater: readonly string[]]> = {
    login: [GROUPS, [LISTED], ["authRefresh 200", LISTED]],
    auth0: [GROUPS, [LISTED], ["oauthToken 200", LISTED]],
    encrypted: [GROUPS, [LISTED], ["authRefresh 200", LISTED]],
    // Nobody knows whether its refresh token was spent, so it is not sent.
    interrupted: [GROUPS, ["authLogin 200", LISTED], ["authRefresh 200", LISTED]],
    refused: ["credentials_rejected", [], []], // the same password is not tried again
    "logged out": [GROUPS, ["authLogin 200", LISTED], ["authRefresh 200", LISTED]],
  };
  return [1, 2].flatMap((turn) =>
    Object.entries(kinds).map(([kind, all]) =>
      step(`${kind}, ${turn === 1 ? "as it is" : "an hour later"}`, all[0], ...all[turn] ?? [])
    )
  );
}

/** What should happen with a session in a place; the first one there logs in. */
export function expectedSharing(isFirst: boolean): Step[] {
  return [
    step("a call", GROUPS, ...(isFirst ? ["authLogin 200"] : []), LISTED),
    step("a call when the token was taken back", GROUPS, "listFileGroups 401", "authRefresh 200", LISTED),
  ];
}
