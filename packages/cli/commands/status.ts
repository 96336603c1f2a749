// `xsignals status`: which login commands go by, and until when; without a request.
import type { Session, SourceStatus } from "@xsignals/session";
import type { AddCommand } from "../command_line.ts";
import type { Login } from "../login_source.ts";
import { printable } from "../printable.ts";

/** Adds the command. */
export const addStatus: AddCommand = (program, does) => {
  const command = program.command("status")
    .description("Tell which login the commands go by, and until when it is valid. Nothing is sent.");
  const examples = ["xsignals status", "xsignals status --json"] as const;
  does(command, { prints: "value", examples }, async (job) => {
    const login = await job.login();
    const status = await login.session.stored();
    const { kind, username = null, source, instead, session: { baseUrl } } = login;
    const { state, expiresAt } = status;
    const json = {
      kind,
      username,
      baseUrl,
      profile: job.flags.profile,
      source,
      state,
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
      unusedLogin: instead?.username ?? null,
    };
    await job.out.value(json, textOf(login, status));
  });
};

/** The API's host, with the path if it has one. */
export function hostOf({ baseUrl }: Session): string {
  return baseUrl.replace(/^https?:\/\//, "");
}

function textOf({ kind, source, instead, session }: Login, { state, expiresAt }: SourceStatus): string {
  const at = expiresAt === undefined ? undefined : `${new Date(expiresAt).toISOString().slice(0, 19)}Z`;
  const texts = {
    active: at === undefined ? "active" : `active until ${at}`,
    expired: `expired at ${at}, renewed by the next command`,
    new: "not used yet",
    logged_out: "logged out until the next command",
  };
  const wins = instead ? `, which counts more than the login of ${printable(instead.username)} that is kept` : "";
  const origin = source === "environment" ? `; from the environment${wins}` : "";
  return `${kind} at ${hostOf(session)}, ${texts[state]}${origin}`;
}
