// `xsignals token`: the credential, for programs that send requests of their own.
import type { AddCommand } from "../command_line.ts";

/** Adds the command. */
export const addToken: AddCommand = (program, does) => {
  const command = program.command("token")
    .description("Print the access token, renewed if need be. It is a secret: whoever has it acts as you.");
  const examples = ["xsignals token", "xsignals token --json"] as const;
  does(command, { prints: "value", examples }, async ({ login, out, signal }) => {
    const { session } = await login();
    const { value, scheme, expiresAt } = await session.token({ signal });
    await out.value({
      token: value,
      scheme,
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    }, value);
  });
};
