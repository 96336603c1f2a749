import { connect, listFileGroups, searchFiles } from "@xsignals/client";
import { createSession, login, type Session } from "@xsignals/session";
import { fileStore } from "@xsignals/session/file";
import { kvStore } from "@xsignals/session/kv";
import { call, itemsOf, strategies, USER, WRONG } from "./account.ts";
import { differingBodies } from "./bodies.ts";
import { advance, createControl, type Step, type Upstream } from "./control.ts";
import { exportedNames } from "./entries.ts";
import { leaveRecords, type Records } from "./records.ts";

const HOUR = 3_600_000;

/** How far a life moves the clock, in ms. */
export const LIFE_MS = 3 * HOUR;

/** Where to live, an origin where nobody listens, and how many sets of records to leave behind. */
export interface LiveTask {
  readonly do: "live";
  readonly upstream: Upstream;
  readonly nowhere: string;
  readonly copies: number;
}

/** What the runtime calls itself, what each entry point exports, and what was done. */
export interface Life {
  readonly agent: string;
  readonly entries: Readonly<Record<string, readonly string[]>>;
  readonly steps: readonly Step[];
  readonly records: readonly Records[];
}

/** Lives through sessions from login to logout, and leaves records behind. */
export async function live({ upstream, nowhere, copies }: LiveTask): Promise<Life> {
  const control = createControl(upstream);
  const steps: Step[] = [];
  const step = async (name: string, act: () => Promise<unknown>) => void steps.push(await control.step(name, act));
  const hourLater = async () => {
    await control.tell(`advance?ms=${HOUR}`);
    advance(HOUR);
  };

  for (const [name, strategy] of Object.entries(strategies(upstream))) {
    const session = createSession({ strategy, baseUrl: upstream.api });
    await step(`${name}: a first call`, () => call(session));
    await step(`${name}: calls by the client`, () => callByClient(session));
    await hourLater();
    const ten = () => Promise.all(Array.from({ length: 10 }, () => call(session)));
    await step(`${name}: ten calls when the token is over`, ten);
    await control.tell("revoke");
    await step(`${name}: a call when the token was taken back`, () => call(session));
    await step(`${name}: a file`, () => download(session));
    await step(`${name}: logout`, () => session.logout());
    await step(`${name}: a call after it`, () => call(session));
  }
  const wrong = createSession({ strategy: login(WRONG), baseUrl: upstream.api });
  await step("a wrong password", () => call(wrong));
  await step("the same again", () => call(wrong));
  await step("no server", () => call(createSession({ strategy: login(USER), baseUrl: nowhere })));
  await step("a call that was given up", () => call(wrong, AbortSignal.abort()));
  await step("Deno KV without leave", () => call(createSession({ strategy: login(USER), store: kvStore() })));
  await step("a file without leave", () => call(createSession({ strategy: login(USER), store: fileStore() })));
  await step("bodies that differ from the platform's", () => differingBodies(upstream));

  let records: Records[] = [];
  await step("records", async () => void (records = await leaveRecords(upstream, copies, hourLater)));
  return { agent: navigator.userAgent, entries: exportedNames(), steps, records };
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
