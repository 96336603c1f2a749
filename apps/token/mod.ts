/**
 * The token app as a value, for whoever starts it in a process of their own; `main.ts` is the program.
 *
 * @module
 */
export { type AppOptions, createApp } from "./app.ts";
export type { AppEnv } from "./app_env.ts";
export { type Client, type Clients, parseClients } from "./clients.ts";
export type { AlertEntry, Log, LogEntry, RequestEntry } from "./log.ts";
