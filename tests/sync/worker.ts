/** Syncs a group into a folder, as its arguments say, and ends. Says `begun` first. */
import { createData } from "@xsignals/data";
import { syncGroup } from "@xsignals/data/disk";
import { createSession, login } from "@xsignals/session";

const [baseUrl = "", group = "", folder = ""] = Deno.args;
const session = createSession({ strategy: login({ username: "login", password: "password" }), baseUrl });
const data = createData(session, { idleMs: 300, random: () => 0.01 });
console.log("begun");
const { failed } = await syncGroup(data, group, { folder });
Deno.exit(failed.length === 0 ? 0 : 1);
