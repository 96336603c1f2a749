/**
 * Both upstream servers of an XSignals client in memory: the API and Auth0, as one `fetch`.
 *
 * @module
 */

export { createEmulator, type Emulator } from "./emulator.ts";
export type { EmulatorOptions, EmulatorUser } from "./options.ts";
export type { CredentialKind, EntryFilter, LogEntry, Violation } from "./log.ts";
export type { HostKind, OperationId } from "./operations.ts";
