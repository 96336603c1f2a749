/**
 * Works on each new file of a group, every quarter of an hour; what it has seen, and its login, are kept in Deno KV.
 *
 *     deno run --node-modules-dir=none --unstable-cron --unstable-kv --allow-net=api.xsignals.xpansiv.com \
 *       --allow-env='XSIGNALS_*' cron.ts
 *
 * with `XSIGNALS_USERNAME` and `XSIGNALS_PASSWORD` set; see `optionsFromEnv` for the other ways to authenticate, and allow
 * `auth.xpansiv.com` too for single sign-on. On Deno Deploy import this file at the top of the entry point: the app's
 * functions and its cron jobs then use one login.
 */
import { createData } from "@xsignals/data";
import { createSession } from "@xsignals/session";
import { optionsFromEnv } from "@xsignals/session/env";
import { kvStore } from "@xsignals/session/kv";

const GROUP = "Market Notes";

const kv = await Deno.openKv();
const data = createData(createSession({ ...optionsFromEnv(Deno.env), store: kvStore(kv) }));

// At the top level, where Deno Deploy looks for it. A failure is in the log, and the next run tries again.
Deno.cron("look for new files", "*/15 * * * *", async () => {
  const signal = AbortSignal.timeout(10 * 60_000);
  const { value: cursor } = await kv.get<string>(["cursor", GROUP]);
  const arrivals = await data.arrivals(GROUP, { after: cursor ?? undefined, signal }); // at first all files of the group
  for (const { fid, fileName, arrivalTime } of arrivals.files) {
    console.log(`${GROUP}: ${fileName} of ${arrivalTime} (${fid})`); // your own work goes here, with the signal
  }
  await kv.set(["cursor", GROUP], arrivals.cursor); // after the work: if that fails, the next run gets the same files
});
