import type { Step } from "./program/task.ts";

const GROUPS = "200, 3 groups";
const LISTED = "listFileGroups 200";

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

/** What a session with a renewable token sees, and the servers with it. */
function lifeWith(strategy: string, begin: string, renew: string, end: string): Step[] {
  const step = (name: string, saw: unknown, ...received: string[]) => ({ step: `${strategy}: ${name}`, saw, received });
  return [
    step("a first call", GROUPS, begin, LISTED),
    step("calls by the client", [3, 200], LISTED, "searchFiles 200"),
    step("ten calls when the token is over", times(10, GROUPS), renew, ...times(10, LISTED)),
    step("a call when the token was taken back", GROUPS, "listFileGroups 401", renew, LISTED),
    step("a file", [200, 200, 200, true], "searchFiles 200", "getFile 200", "fetchLink 200", "downloadFile 200"),
    step("logout", null, end),
    step("a call after it", "login_required"),
  ];
}

/**
 * What is to happen in every runtime, whichever it is, when it leaves so many sets of records behind.
 *
 * @param hasFiles Whether the store in a file works there, with leave.
 */
export function expectedLife(copies: number, hasFiles: boolean): Step[] {
  const logins = ["authLogin 200", "oauthToken 200", ...times(2, "authLogin 200"), "authLogin 401", "authLogin 200"];
  const renewals = ["authRefresh 200", "oauthToken 200", ...times(3, "authRefresh 200"), "authLogout 200"];
  return [
    ...lifeWith("login", "authLogin 200", "authRefresh 200", "authLogout 200"),
    ...lifeWith("auth0", "oauthToken 200", "oauthToken 200", "oauthRevoke 200"),
    { step: "a wrong password", saw: "credentials_rejected", received: ["authLogin 401"] },
    { step: "the same again", saw: "credentials_rejected", received: [] },
    { step: "no server", saw: "unreachable", received: [] },
    { step: "a call that was given up", saw: "AbortError", received: [] },
    { step: "Deno KV without leave", saw: "store_failed", received: [] },
    { step: "a file without leave", saw: hasFiles ? "store_failed" : "not_supported", received: [] },
    { step: "bodies that differ from the platform's", saw: [], received: [] },
    { step: "records", saw: null, received: [...times(copies, logins), ...times(copies, renewals)].flat() },
  ];
}

/** What is to happen with the records of any runtime: the tokens are used as they are, and renewed. */
export function expectedReading(): Step[] {
  const kept = (kind: string, renew: string): [Step, Step] => [
    { step: `${kind}, as it is`, saw: GROUPS, received: [LISTED] },
    { step: `${kind}, an hour later`, saw: GROUPS, received: [renew, LISTED] },
  ];
  const lost = (kind: string): [Step, Step] => [
    { step: `${kind}, as it is`, saw: GROUPS, received: ["authLogin 200", LISTED] },
    { step: `${kind}, an hour later`, saw: GROUPS, received: ["authRefresh 200", LISTED] },
  ];
  const pairs = [
    kept("login", "authRefresh 200"),
    kept("auth0", "oauthToken 200"),
    kept("encrypted", "authRefresh 200"),
    lost("interrupted"), // nobody knows whether its refresh token was spent: it is not sent
    ["as it is", "an hour later"].map((when) => ({
      step: `refused, ${when}`,
      saw: "credentials_rejected",
      received: [], // the same password is not tried again
    })),
    lost("logged out"),
  ];
  return [...pairs.map(([first]) => first!), ...pairs.map(([, second]) => second!)];
}

/** What is to happen with a session in a place; the first one there logs in. */
export function expectedSharing(isFirst: boolean): Step[] {
  return [
    { step: "a call", saw: GROUPS, received: isFirst ? ["authLogin 200", LISTED] : [LISTED] },
    {
      step: "a call when the token was taken back",
      saw: GROUPS,
      received: ["listFileGroups 401", "authRefresh 200", LISTED],
    },
  ];
}
