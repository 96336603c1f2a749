/** The published packages. */
export const PACKAGES = ["client", "session", "emulator"] as const;
