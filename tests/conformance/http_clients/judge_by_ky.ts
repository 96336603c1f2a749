import type { Judge } from "../judge.ts";
import { kyBodies } from "./ky_bodies.ts";
import { kyCalls } from "./ky_calls.ts";
import { kyFailures } from "./ky_failures.ts";
import { openKy } from "./open_ky.ts";

/** ky over a session: its retries, hooks, timeouts, bodies and streams, and a renewal in the middle of each. */
export const judgeByKy: Judge = {
  name: "ky",
  async judge(check) {
    const opened = openKy();
    try {
      await kyCalls(check, opened);
      await kyBodies(check, opened);
      await kyFailures(check, opened);
    } finally {
      await opened.stop();
    }
  },
};
