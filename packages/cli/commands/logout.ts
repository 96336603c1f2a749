// `xsignals logout`: ends the login in force, here and at the server.
import type { AddCommand } from "../command_line.ts";
import { openProfile } from "../profile.ts";
import { hostOf } from "./status.ts";

/** Adds the command. */
export const addLogout: AddCommand = (program, does) => {
  const command = program.command("logout")
    .description("End the login, here and at the server.");
  const examples = ["xsignals logout", "xsignals logout --profile other"] as const;
  does(command, { prints: "value", examples }, async (job) => {
    const { session, source, kind, username } = await job.login();
    if (source === "stored") await openProfile(job.world, job.flags.profile)?.forget();
    await session.logout();
    if (job.flags.json) await job.out.value({ kind, username: username ?? null, baseUrl: session.baseUrl, source }, "");
    else await job.note(`Logged out at ${hostOf(session)}.`);
    if (source === "environment") await job.note("The environment has a login, and the next command uses it again.");
  });
};
