/** Resolves after `ms` milliseconds, never for `Infinity`; rejects with the signal's reason when that aborts first. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = ms === Infinity ? undefined : setTimeout(done, ms);
    signal.addEventListener("abort", stop);

    function done(): void {
      signal.removeEventListener("abort", stop);
      resolve();
    }
    function stop(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      reject(signal.reason);
    }
  });
}
