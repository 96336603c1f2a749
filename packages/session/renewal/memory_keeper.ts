import type { Keeper, Known, Turn } from "../types.ts";

/** Keeps what is known of an account in this process, which is the lock: a session renews once at a time. */
export function memoryKeeper(): Keeper {
  let known: Known = { isNew: true };
  const turn: Turn = {
    known: () => known,
    save(next) {
      known = next;
      return Promise.resolve(true);
    },
    ready: () => Promise.resolve(true),
    keep(token, after) {
      known = after(known);
      return Promise.resolve(token);
    },
  };
  return {
    async renew(plan) {
      for (;;) {
        const step = await plan(known);
        if ("use" in step) {
          known = { ...known, token: step.use, isNew: false };
          return step.use;
        }
        known = step.mark;
        const token = await step.act(turn);
        if (token) return token;
      }
    },
    async forget(after) {
      const before = known;
      const next = await after(before);
      if (known !== before) return await this.forget(after);
      known = next;
      return { pairs: before.token ? [before.token] : [], isNew: before.isNew ?? false };
    },
    nameToken: (secret) => secret,
    nameLogin: (secret) => secret,
  };
}
