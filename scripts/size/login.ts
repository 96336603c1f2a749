import { createSession, login, memoryStore } from "@xsignals/session";

/** What a program that logs in has to load. */
export const session = createSession({
  strategy: login({ username: "login", password: "password" }),
  store: memoryStore(),
});
