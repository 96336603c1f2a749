import { connect, listFileGroups, searchFiles } from "@xsignals/client";
import { createSession, login, type Session, type Store } from "@xsignals/session";
import { fileStore } from "@xsignals/session/file";
import { kvStore } from "@xsignals/session/kv";
import { call, GROUPS, itemsOf, LISTED, strategies, USER, WRONG } from "./account.ts";
import { differingBodies } from "./bodies.ts";
import { advance, createControl, type Outcome, type Upstream } from "./control.ts";
import { exportedNames } from "./entries.ts";
import { leaveRecords, receivedFor, type Records } from "./records.ts";

const HOUR = 3_600_000;

/** How far a life moves the clock, in ms, and how many steps it has. */
export const LIFE_MS = 3 * HOUR;
export const LIFE_STEPS = 22;

/** Where to live, an origin where nobody listens, and how many sets of records to leave behind. */
export interface LiveTask {
  readonly do: "live";
  readonly upstream: Upstream;
  readonly nowhere: string;
  readonly copies: number;
}

/** What the runtime calls itself, what each entry point exports, and how it went. */
export interface Life extends Outcome {
  readonly agent: string;
  readonly entries: Readonly<Record<string, readonly string[]>>;
  readonly records: readonly Records[];
}

/** What the servers receive for a login, a renewal and a logout, by strategy. */
const RECEIVED = {
  login: ["authLogin 200", "authRefresh 200", "authLogout 200"],
  auth0: ["oauthToken 200", "oauthToken 200", "oauthRevoke 200"],
} as const;

/** Lives through sessions from login to logout, and leaves records behind. */
export async function live({ upstream, nowhere, copies }: LiveTask): Promise<Life> {
  const outcome: Outcome = { steps: 0, wrong: [] };
  const { step, tell } = createControl(upstream, outcome);
  const hourLater = async () => {
    await tell(`advance?ms=${HOUR}`);
    advance(HOUR);
  };

  for (const name of ["login", "auth0"] as const) {
    const [begin, renew, end] = RECEIVED[name];
    const session = createSession({ strategy: strategies(upstream)[name], baseUrl: upstream.api });
    await step(`${name}: a first call`, () => call(session), GROUPS, begin, LISTED);
    await step(`${name}: calls by the client`, () => callByClient(session), [3, 200], LISTED, "searchFiles 200");
    await hourLater();
    const ten = () => Promise.all(Array.from({ length: 10 }, () => call(session)));
    await step(`${name}: ten calls when the token is over`, ten, times(10, GROUPS), renew, ...times(10, LISTED));
    await tell("revoke");
    await step(`${name}: the token was taken back`, () => call(session), GROUPS, "listFileGroups 401", renew, LISTED);
    const files = ["searchFiles 200", "getFile 200", "fetchLink 200", "downloadFile 200"];
    await step(`${name}: a file`, () => download(session), [200, 200, 200, true], ...files);
    await step(`${name}: logout`, () => session.logout(), undefined, end);
    await step(`${name}: a call after it`, () => call(session), "login_required");
  }
  const open = (store?: Store, baseUrl = upstream.api) =>
    createSession({ strategy: login(USER), baseUrl, ...(store && { store }) });
  const wrong = createSession({ strategy: login(WRONG), baseUrl: upstream.api });
  await step("a wrong password", () => call(wrong), "credentials_rejected", "authLogin 401");
  await step("the same again", () => call(wrong), "credentials_rejected");
  await step("no server", () => call(open(undefined, nowhere)), "unreachable");
  await step("a call that was given up", () => call(wrong, AbortSignal.abort()), "AbortError");
  await step("Deno KV without leave", () => call(open(kvStore())), "store_failed");
  const withoutLeave = "Deno" in globalThis ? "store_failed" : "not_supported";
  await step("a file without leave", () => call(open(fileStore())), withoutLeave);
  await step("bodies that differ from the platform's", () => differingBodies(upstream), []);

  const records: Records[] = [];
  const leave = async () => void records.push(...await leaveRecords(upstream, copies, hourLater));
  await step("records", leave, undefined, ...receivedFor(copies));
  return { agent: navigator.userAgent, entries: exportedNames(), records, ...outcome };
}

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

async function callByClient(session: Session): Promise<unknown> {
  const client = connect(session);
  const groups = await listFileGroups({ client, query: { size: 5 }, throwOnError: true });
  const files = await searchFiles({ client, query: { query: 'groupName = "no such group"' } });
  return [groups.data.items?.length, files.response?.status];
}

/** A file, by the API and by its link: the file host is another origin, and gets no credential. */
async function download(session: Session): Promise<unknown> {
  const [newest] = await itemsOf(await session.fetch("/file/search?size=1"));
  const link = await session.fetch(`/file/${newest?.fid}`);
  await link.body?.cancel();
  const file = await fetch(link.headers.get("location") ?? "");
  const same = await session.fetch(`/file/${newest?.fid}/download`);
  return [link.status, file.status, same.status, await file.text() === await same.text()];
}
