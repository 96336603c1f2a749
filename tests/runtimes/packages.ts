/** The published packages. */
export const PACKAGES = ["client", "session", "data", "emulator"] as const;
