// How to wait: by the world's clock, or by a timer.
import type { Clock, World } from "./world.ts";

/** The world's way to wait. */
export function sleepOf({ clock }: World): Clock["sleep"] {
  return clock ? (ms, signal) => clock.sleep(ms, signal) : sleepByTimer;
}

function sleepByTimer(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
