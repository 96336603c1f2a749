/** What a request carries through the app for the log, in Hono's form. */
export interface AppEnv {
  /** The variables. */
  Variables: {
    /** The client's id, once it is authenticated. */
    client?: string;
    /** The OAuth error code of the answer. */
    error?: string;
    /** Why there was no token. */
    reason?: string;
  };
}
