import type { HostKind, OperationId } from "./operations.ts";

/** The kind of credential that a request carried; never the credential itself. */
export type CredentialKind = "none" | "basic" | "bearer" | "apikey" | "other" | "several";

/** Something that a client must not do. */
export type Violation =
  /** A request for an Auth0 path went to the API: it may have taken a password or a client secret to the wrong server. */
  | "auth0_path_on_api"
  /** A request for a path of the API went to Auth0. */
  | "api_path_on_auth0"
  /** The request went to none of the three servers. */
  | "unknown_host"
  /** The request for a presigned link had an `Authorization` header. */
  | "authorization_on_files"
  /** The request had more than one credential: two in `Authorization`, or a client in the body and in the header. */
  | "several_credentials"
  /** A password or a user name had its own header, as the vendor's table literally says. */
  | "credential_in_header"
  /** A refresh token was sent again after it was spent. */
  | "spent_refresh_token"
  /** A token of Auth0 was sent to `/auth/refresh` or `/auth/logout`, or a token of the API to Auth0. */
  | "foreign_token";

/** Notes what the client of a request did wrong. */
export type Report = (violation: Violation) => void;

/** One request that the emulator received. It contains no query, no body and no credential. */
export interface LogEntry {
  /** When it came, in milliseconds since 1970 on the emulator's clock. */
  readonly time: number;
  /** The server that it went to; `other` for an unknown host. */
  readonly host: HostKind | "other";
  /** The request's method; `-` for bytes that were not a request. */
  readonly method: string;
  /** The request's path, without its query. */
  readonly path: string;
  /** The operation; absent for a path or a method that no operation has. */
  readonly operation?: OperationId;
  /** The kind of credential that it carried. */
  readonly credential: CredentialKind;
  /** The status of the answer; absent before the answer, and if it was lost. */
  readonly status?: number;
  /** What the client did wrong; absent if it did nothing wrong. */
  readonly violation?: Violation;
  /** Whether a fault struck this request. */
  readonly fault?: true;
}

/** Which entries to count, or which requests a fault strikes. Every given member must be equal. */
export interface EntryFilter {
  /** The operation. */
  readonly operation?: OperationId;
  /** The server. */
  readonly host?: HostKind | "other";
  /** The method. */
  readonly method?: string;
  /** The path, without its query. */
  readonly path?: string;
  /** The kind of credential. */
  readonly credential?: CredentialKind;
  /** The status of the answer. */
  readonly status?: number;
  /** The violation. */
  readonly violation?: Violation;
}

/** An entry while its request is being served. */
export type OpenEntry = { -readonly [K in keyof LogEntry]: LogEntry[K] };

/** Whether an entry has every member that the filter names. */
export function matches(entry: LogEntry, filter: EntryFilter): boolean {
  return (Object.keys(filter) as (keyof EntryFilter)[]).every((key) =>
    filter[key] === undefined || entry[key] === filter[key]
  );
}
