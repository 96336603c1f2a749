/**
 * Both upstream servers of an XSignals client in memory, as one `fetch`: the API and Auth0, with the file host that
 * presigned links point to. Unofficial: not affiliated with Xpansiv or Auth0.
 *
 * @module
 */

export { ASSUMPTION_VALUES, type Assumptions, type GivenAssumptions, type Rotation } from "./assumptions.ts";
export type { BodyFault } from "./body_faults.ts";
export { madeContent } from "./content.ts";
export { createEmulator, type Emulator } from "./emulator.ts";
export type { Fault, Faults } from "./faults.ts";
export type { Auth0Algorithm } from "./keys.ts";
export type { CredentialKind, EntryFilter, LogEntry, Violation } from "./log.ts";
export type { HostKind, OperationId } from "./operations.ts";
export type {
  EmulatorFile,
  EmulatorGroup,
  EmulatorOptions,
  EmulatorRow,
  EmulatorSeries,
  EmulatorUser,
  MadeContent,
} from "./options.ts";
