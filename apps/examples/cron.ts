/**
 * Tells every quarter of an hour whether a group has a new file; what was seen, and the login, are kept in Deno KV.
 *
 *     deno run --unstable-cron --unstable-kv --allow-net=api.xsignals.xpansiv.com --allow-env='XSIGNALS_*' cron.ts
 *
 * with `XSIGNALS_USERNAME` and `XSIGNALS_PASSWORD` set; see `optionsFromEnv` for the other ways to authenticate, and allow
 * `auth.xpansiv.com` too for single sign-on. On Deno Deploy import this file at the top of the entry point: the app's
 * functions and its cron jobs then go by one login.
 */
import { connect, searchFiles } from "@xsignals/client";
import { createSession } from "@xsignals/session";
import { optionsFromEnv } from "@xsignals/session/env";
import { kvStore } from "@xsignals/session/kv";

const GROUP = "Market Notes";

const kv = await Deno.openKv();
const client = connect(createSession({ ...optionsFromEnv(Deno.env), store: kvStore(kv) }));

// At the top level, where Deno Deploy looks for it. What fails is in the log, and the next run looks again.
Deno.cron("look for a new file", "*/15 * * * *", async () => {
  const query = { query: `groupName=${GROUP}`, size: 1, sortBy: "arrivalTime", sortOrder: "desc" } as const;
  const signal = AbortSignal.timeout(60_000);
  const { data } = await searchFiles({ client, query, signal, throwOnError: true });
  const [file] = data.items ?? data.files ?? [];
  if (file?.groupName !== GROUP) return;
  const seen = await kv.get<string>(["newest file", GROUP]);
  if (file.fid === seen.value) return;
  console.log(`${file.groupName}: ${file.fileName} of ${file.arrivalTime}`); // your own work goes here
  await kv.set(["newest file", GROUP], file.fid); // after it: what fails is done again, so it must bear that
});
