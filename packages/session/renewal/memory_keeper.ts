import type { Keeper, Known, Token, Turn } from "../types.ts";

/** Keeps what is known of an account in this process, which is the lock: a session renews once at a time. */
export function memoryKeeper(): Keeper {
  let known: Known = { isNew: true };
  /** The pair that was used last: tokens that the user gave are not known as saved before their first renewal. */
  let used: Token | undefined;
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
        if ("use" in step) return used = step.use;
        known = step.mark;
        const token = await step.act(turn);
        if (token) return used = token;
      }
    },
    forget(after) {
      const { token = used, isNew = false } = known;
      known = after({ ...known, token });
      used = undefined;
      return Promise.resolve({ pairs: token ? [token] : [], isNew });
    },
    look: () => Promise.resolve({ ...known, token: known.token ?? used }),
    isSaved: () => true,
    nameToken: (secret) => secret,
    nameLogin: (secret) => secret,
  };
}
