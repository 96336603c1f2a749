/**
 * The token app as a value, for whoever starts it in a process of their own; `main.ts` is the program.
 *
 * @module
 */
export { assemble, type Assembled, type World } from "./assemble.ts";
export { type Config, readConfig, type StorePlace } from "./config.ts";
export { formatHash, hashSecret } from "./client_hash.ts";
export type { AppEnv } from "./app_env.ts";
export type { AlertEntry, Log, LogEntry, RequestEntry } from "./log.ts";
export type { SharedEntry, SharedStores } from "./shared_stores.ts";
