/**
 * What helps to test a store of your own, and a program that uses a session. No test runner is needed or named.
 *
 * ```ts
 * import { memoryStore } from "@xsignals/session";
 * import { storeContract } from "@xsignals/session/testing";
 *
 * for (const { run } of storeContract(() => memoryStore())) await run();
 * ```
 *
 * @module
 */
export { type FakeClock, fakeClock } from "./fake_clock.ts";
export { withLimits } from "./with_limits.ts";
export { type StoreCase, storeContract, type StoreContractOptions, type StoreUnderTest } from "./store_contract.ts";
