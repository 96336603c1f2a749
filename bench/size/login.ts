import { createSession, login } from "@xsignals/session";

/** What a program that logs in must load. */
export const session = createSession({ strategy: login({ username: "login", password: "password" }) });
