import { connect, listFileGroups, searchFiles } from "@xsignals/client";
import { createSession, login, type Session } from "@xsignals/session";
import { fileStore } from "@xsignals/session/file";
import { kvStore } from "@xsignals/session/kv";
import { strategies, USER, WRONG } from "./account.ts";
import { call, itemsOf } from "./call.ts";
import { differingBodies } from "./bodies.ts";
import { createControl, moveableClock } from "./control.ts";
import { exportedNames } from "./entries.ts";
import { leaveRecords } from "./records.ts";
import type { Life, LiveTask, Records, Step } from "./task.ts";

const HOUR = 3_600_000;

/** Lives through sessions from login to logout, and leaves records behind. */
export async function live({ upstream, nowhere, copies }: LiveTask): Promise<Life> {
  const clock = moveableClock();
  const control = createControl(upstream, clock);
  const steps: Step[] = [];
  const step = async (name: string, act: () => Promise<unknown>) => {
    steps.push(await control.step(name, act));
  };

  for (const [name, strategy] of Object.entries(strategies(upstream))) {
    const session = createSession({ strategy, baseUrl: upstream.api });
    await step(`${name}: a first call`, () => call(session));
    await step(`${name}: calls by the client`, () => callByClient(session));
    await control.advance(HOUR);
    await step(
      `${name}: ten calls when the token is over`,
      () => Promise.all(Array.from({ length: 10 }, () => call(session))),
    );
    await control.revoke();
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

  const records: Records[] = [];
  await step("records", async () => {
    records.push(...await leaveRecords(upstream, copies, control));
  });
  const { userAgent: agent = null } = Object(Reflect.get(globalThis, "navigator"));
  return { agent, entries: exportedNames(), steps, records, ahead: clock.ahead() };
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
