/** What the spec says of one host. */
export interface Host {
  /** The spec's name. */
  readonly name: "xsignals" | "auth0";
  /** Its addresses; the first is the default. */
  readonly servers: readonly string[];
  /** Its operations, as `GET /path/{template}`, and how the answer of each is read. */
  readonly routes: Readonly<Record<string, "json" | "blob" | "auto">>;
}
