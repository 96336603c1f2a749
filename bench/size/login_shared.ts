import { createSession, login, memoryStore } from "@xsignals/session";

/** What a program must load that logs in and has a store. */
export const session = createSession({
  strategy: login({ username: "login", password: "password" }),
  store: memoryStore(),
});
