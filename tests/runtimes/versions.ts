/**
 * The exact versions that the packages are tried with. npm has all of them.
 *
 * @module
 */

/** Node, by what each is called here; the npm packages of its types go by the same names. */
export const NODE_VERSIONS = { "node22": "22.23.3", "node24": "24.21.0", "node26": "26.12.1" } as const;

/** The types of the oldest and of the newest Node; the compiler is the project's own. */
export const TYPES_VERSIONS = { "node22": "22.20.5", "node26": "26.6.6" } as const;

/** The newest Deno and the two minors before it. */
export const DENO_VERSIONS = { "deno27": "2.7.14", "deno28": "2.8.3", "deno29": "2.9.6" } as const;

/** The newest Bun. */
export const BUN_VERSION = "1.4.5";

/** What brings workerd, and how that should behave. */
export const MINIFLARE_VERSION = "4.20260730.0";
export const COMPATIBILITY_DATE = "2026-07-30";
