import type { Clock } from "../types.ts";
import type { KvLike } from "./kv_like.ts";
import { kvFailure } from "./kv_retry.ts";

/**
 * Resolves when the key's version is another than `version`, at the latest after `maxMs` ms; leaves no watch behind.
 *
 * @throws {SessionError} `store_failed` when the database cannot be watched any more.
 */
export async function watchEntry(
  kv: KvLike,
  key: readonly string[],
  clock: Clock,
  version: string | null,
  maxMs: number,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const done = new AbortController();
  let reader: ReturnType<ReturnType<KvLike["watch"]>["getReader"]> | undefined;
  try {
    reader = kv.watch([key]).getReader();
    const late = clock.sleep(maxMs, signal ? AbortSignal.any([signal, done.signal]) : done.signal);
    for (;;) {
      const seen = await Promise.race([reader.read(), late]);
      if (!seen) return;
      if (seen.done) throw new Error("the database is closed");
      if (seen.value[0].versionstamp !== version) return;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw kvFailure("watch the session's record in Deno KV", error);
  } finally {
    done.abort();
    await reader?.cancel().catch(() => {}); // what the watch failed with was told, or is not needed any more
  }
}
