import type { StoreEngine } from "@xsignals/session";
import type { Facts } from "./facts.ts";
import type { Process, SharedStore } from "./process.ts";
import type { Stage } from "./stage.ts";

/** A store as a process reaches it: every call waits for its turn, and some fail. */
export function flakyStore(stage: Stage, facts: Facts, store: SharedStore, whose: () => Process): StoreEngine {
  /** Waits; for ever in a process that was killed. */
  async function turn(what: string): Promise<void> {
    await stage.turn(`${whose().name} ${what}`);
    if (whose().dead) await new Promise(() => {});
  }

  function fails(what: string): Error {
    stage.note(`${whose().name} ${what} and fails`);
    return Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
  }

  return {
    async read() {
      await turn("reads");
      if (store.failingReads > 0) {
        store.failingReads--;
        throw fails("reads");
      }
      const entry = await store.inner.read();
      stage.note(`${whose().name} reads ${entry ? `${entry.version} ${describe(entry.data, facts)}` : "nothing"}`);
      return entry;
    },
    async write(data, ifVersion) {
      await turn("writes");
      const isFailing = store.failingWrites > 0;
      if (isFailing) store.failingWrites--;
      if (isFailing && !store.writesAnyway) throw fails("writes");
      const version = await store.inner.write(data, ifVersion);
      const what = data ? describe(data, facts) : "nothing";
      stage.note(`${whose().name} writes over ${ifVersion} ${version === false ? "in vain" : `${version} ${what}`}`);
      await turn("has written");
      if (isFailing) throw fails("has written");
      return version;
    },
  };
}

/** A record, without secrets. */
function describe(data: Uint8Array, facts: Facts): string {
  const { token, inFlight, lease, refusals, loggedOut } = JSON.parse(new TextDecoder().decode(data));
  const parts = [
    token ? `${facts.nameOf(token.value)} ${token.refresh ? facts.nameOf(token.refresh) : ""}`.trimEnd() : "no token",
    ...(inFlight ? ["in flight"] : []),
    ...(lease ? ["leased"] : []),
    ...(refusals ? [`refused: ${refusals.map(({ code }: { code: string }) => code)}`] : []),
    ...(loggedOut ? ["logged out"] : []),
  ];
  return `(${parts.join(", ")})`;
}
