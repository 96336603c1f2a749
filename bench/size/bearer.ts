import { bearer, createSession } from "@xsignals/session";

/** What a program with a ready token must load. */
export const session = createSession({ strategy: bearer("a-token") });
