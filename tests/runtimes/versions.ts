/**
 * The exact versions that the packages are tried with. npm has all of them.
 *
 * @module
 */

/** Runtimes, and what runs them. */
export const RUNTIME_VERSIONS = {
  node20: "20.20.2",
  nodeCurrent: "26.10.0",
  bun: "1.4.5",
  miniflare: "4.20260730.0",
  deno25: "2.5.7",
  deno27: "2.7.14",
  deno29: "2.9.6",
} as const;

/** The types of Node for each of its versions above; the compiler is the project's own. */
export const TYPES_VERSIONS = { node20: "20.19.43", nodeCurrent: "26.6.6" } as const;

/** How workerd is to behave. */
export const COMPATIBILITY_DATE = "2026-07-30";
