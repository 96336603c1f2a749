/** What the spec says of one host. */
export interface Host {
  /** The spec's name. */
  readonly name: "xsignals" | "auth0";
  /** Its addresses; the first is the default. */
  readonly servers: readonly string[];
  /** Its operations, as `GET /path/{template}`. */
  readonly routes: Readonly<Record<string, Route>>;
}

/** What the spec says of an operation's answer. */
export interface Route {
  /** How it is read. */
  readonly read: "json" | "stream" | "auto";
  /** The members without which it is worth nothing: texts that may not be empty. */
  readonly texts?: readonly string[];
  /** Whether a redirect is an answer too, for the sake of its `Location`. */
  readonly elsewhere?: boolean;
}
