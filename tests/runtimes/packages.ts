/** The published packages that run in every runtime. */
export const PACKAGES = ["client", "session", "data", "emulator"] as const;

/** All published packages: the command runs in Deno alone. */
export const PUBLISHED = [...PACKAGES, "cli"] as const;
