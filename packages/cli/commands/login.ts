// `xsignals login`: the one command that sees a password, which it does not keep.
import { fileStore } from "@xsignals/session/file";
import { CommandError, EXIT, usageError } from "../command_error.ts";
import type { AddCommand } from "../command_line.ts";
import type { Job } from "../job.ts";
import {
  accountOf,
  baseUrlOf,
  openKept,
  sessionOf,
  settingsFromEnvironment,
  strategyOf,
  variable,
} from "../login_source.ts";
import { type Profile, requireProfile, type Settings } from "../profile.ts";
import { readLine } from "../read_input.ts";

interface Flags {
  readonly username?: string;
  readonly sso?: true;
  readonly passwordStdin?: true;
}

/** Adds the command. */
export const addLogin: AddCommand = (program, does) => {
  const command = program.command("login")
    .description("Log in, and keep the tokens for the commands that follow. The password is not kept.")
    .option("--username <USER>", "the account's user name; XSIGNALS_USERNAME, or asked for, if left out")
    .option("--sso", "by single sign-on, with the client of XSIGNALS_CLIENT_ID and XSIGNALS_CLIENT_SECRET")
    .option("--password-stdin", "read the password from standard input");
  const examples = [
    "xsignals login --username someone@example.com",
    "xsignals login --username someone@example.com --password-stdin < password.txt",
  ] as const;
  does(command, { prints: "value", examples }, async (job, flags: Flags) => {
    const { world, flags: shared, signal } = job;
    const profile = requireProfile(world, shared.profile);
    const baseUrl = baseUrlOf(world, shared);
    const username = flags.username ?? variable(world, "USERNAME") ?? await asked(job, "User name", "--username");
    const settings = settingsFromEnvironment(world, baseUrl, username, flags.sso ?? false);
    strategyOf(world, settings); // refuses what cannot work before it asks for a password
    const password = flags.passwordStdin
      ? await readLine(world.stdin.readable, "--password-stdin", signal)
      : await asked(job, "Password", "--password-stdin");
    await logIn(job, profile, settings, password);
    const host = new URL(baseUrl).host;
    const folder = world.home && profile.folder.startsWith(`${world.home}/`)
      ? `~${profile.folder.slice(world.home.length)}`
      : profile.folder;
    if (shared.json) {
      await job.out.value({ kind: settings.kind, username, baseUrl, profile: shared.profile }, "");
    } else {
      await job.note(`Logged in as ${username} at ${host}; kept in ${folder}, for this user only.`);
    }
    const { source } = await job.login();
    if (source === "environment") {
      await job.note("The environment has a login, too, and commands go by that one: unset its XSIGNALS_… variables.");
    }
  });
};

async function asked({ world, flags, signal }: Job, message: string, flag: string): Promise<string> {
  if (!flags.input || !world.stdin.isTerminal) {
    throw usageError(
      flag,
      "it is needed where nobody can be asked: standard input is not a terminal, or --no-input is given",
    );
  }
  const answer = await world.ask({ message, isSecret: message === "Password" }, signal);
  if (answer === undefined) {
    throw new CommandError("interrupted", "Cannot log in: given up", { exit: EXIT.interrupted });
  }
  return answer;
}

/**
 * Logs in for certain, though the account's session may have tokens that still work: beside it, and then its place is taken.
 * What the server refuses is remembered beside it, too, so that the same password is not sent again and again.
 */
async function logIn({ world, signal }: Job, profile: Profile, settings: Settings, password: string): Promise<void> {
  const path = await profile.sessionPath(accountOf(settings));
  const beside = fileStore({ path: `${path}-login` });
  const session = sessionOf(world, settings.baseUrl, strategyOf(world, settings, password), `${path}-login`);
  if ((await session.stored()).state !== "new") await clear(beside);
  await session.token({ signal });
  const before = await profile.read();
  const fresh = await beside.read();
  const store = fileStore({ path });
  for (let isWritten = false; fresh && !isWritten;) {
    isWritten = await store.write(fresh.data, (await store.read())?.version ?? null) !== false;
  }
  await clear(beside);
  await profile.write(settings);
  if (before && String(accountOf(before)) !== String(accountOf(settings))) {
    await (await openKept(world, profile, before)).logout().catch(() => {}); // nobody could use it any more
  }
}

async function clear(store: ReturnType<typeof fileStore>): Promise<void> {
  while (await store.write(null, (await store.read())?.version ?? null) === false);
}
