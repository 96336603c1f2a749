import { isPoll, numbering } from "./local_state.ts";
import type { Setting, State } from "./state.ts";

/** Makes texts that are equal for states from which the same can happen. */
export function keysOf(setting: Setting): (state: State) => string {
  const { tokenDeadlineMs, leaseMs, tick } = setting;
  const cap = Math.max(tokenDeadlineMs, leaseMs);
  const short = numbering();

  return ({ now, pauses, store, server, workers, wire, sent, got, isLost }) => {
    const age = (at: number | undefined) => at === undefined ? "" : Math.min(cap, now - at) / tick;
    const holder = store?.view.lease?.holder;
    const parts = workers.map(({ local, pending, crashes, sentAt }) => {
      const calls = pending.map(({ id, since, answered }) => {
        if (answered) return `=${short(JSON.stringify(answered.result))}`;
        const call = local.position.calls.find((one) => one.id === id);
        return call?.kind === "sleep" && !isPoll(call, setting) ? age(since) : "";
      });
      if (local.position.outcome) return local.heard;
      return `${local.heard},${local.looks.map(age).join("")},${calls},${crashes},${
        local.who.name === holder ? age(sentAt) : ""
      }`;
    });
    const rest = short(JSON.stringify([server, wire, sent, got, isLost]));
    const record = store ? `${short(store.data)}:${store.version}:${holder ? age(store.at) : ""}` : "";
    return `${pauses} ${record} ${rest} ${parts.join(" ")}`;
  };
}
