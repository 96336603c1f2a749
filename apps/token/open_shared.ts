import type { Store } from "@xsignals/session";
import type { Config } from "./config.ts";
import { openSharedStores, type SharedStores } from "./shared_stores.ts";

/** Opens what processes share, as configured; the account's record encrypted where there are keys for that. */
export async function openShared({ store, storeKeys }: Config): Promise<{ shared?: SharedStores; record?: Store }> {
  if (!store) return {};
  const shared = await openSharedStores(store);
  const record = shared.open("session");
  if (storeKeys.length === 0) return { shared, record };
  const { encryptedStore } = await import("@xsignals/session/encrypted");
  return { shared, record: encryptedStore(record, { keys: storeKeys, entry: "token-app" }) };
}
