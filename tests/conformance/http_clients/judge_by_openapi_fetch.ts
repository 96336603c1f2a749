import { assertEquals, assertMatch } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { createSession, login } from "@xsignals/session";
import type { Judge } from "../judge.ts";
import { typedProgram } from "./typed_program.ts";

/** openapi-fetch over a session, with the types that openapi-typescript makes of the spec. */
export const judgeByOpenapiFetch: Judge = {
  name: "openapi-fetch",
  async judge(check) {
    await using program = await typedProgram();
    await check("the program fits the spec's types, and those refuse what they should", async () => {
      assertEquals(await program.compile(), "");
    });
    await check("the compiler sees a member that has another name", async () => {
      await using renamed = await typedProgram((spec) => spec.replaceAll("totalSize", "total"));
      assertMatch(await renamed.compile(), /'totalSize' does not exist/);
    });

    const users = { login: "password", other: "password" };
    const { emulator, api, stop } = await serveEmulator({ users });
    const session = createSession({ baseUrl: api, strategy: login({ username: "login", password: "password" }) });
    try {
      await session.token();
      await program.run({
        check,
        baseUrl: session.baseUrl,
        fetch: session.fetch,
        takeBack: () => emulator.revokeAccessTokens("login"),
        received: () => emulator.log.length,
      });
    } finally {
      await stop();
    }
  },
};
