import type { HostKind, OperationId } from "./operations.ts";

/** The kind of credential that a request carried; never the credential itself. */
export type CredentialKind = "none" | "basic" | "bearer" | "apikey" | "other" | "several";

/** Something that a client must not do, seen in a request. */
export type Violation =
  /** An Auth0 path was asked at the API's host: a password or a client secret may have gone to the wrong server. */
  | "auth0_path_on_api"
  /** A path of the API was asked at Auth0's host. */
  | "api_path_on_auth0"
  /** The request went to a host that is none of the three. */
  | "unknown_host"
  /** A presigned link was fetched with an `Authorization` header. */
  | "authorization_on_files"
  /** More than one credential in a request: two in `Authorization`, or a client in the body and in the header. */
  | "several_credentials"
  /** A password or user name in a header of its own, read literally from the vendor's table. */
  | "credential_in_header"
  /** A refresh token that was spent before was sent again. */
  | "spent_refresh_token"
  /** An Auth0 token was sent to `/auth/refresh` or `/auth/logout`, or a native one to Auth0. */
  | "foreign_token";

/** One request that the emulator received. It holds no query, no body and no credential. */
export interface LogEntry {
  /** When it came, in milliseconds since 1970 on the emulator's clock. */
  readonly time: number;
  /** The server that it went to; `other` for a host that is none of them. */
  readonly host: HostKind | "other";
  /** The request's method; `-` for bytes that were no request. */
  readonly method: string;
  /** The request's path, without its query. */
  readonly path: string;
  /** The operation; absent for a path or a method that no operation has. */
  readonly operation?: OperationId;
  /** What kind of credential it carried. */
  readonly credential: CredentialKind;
  /** The status of the answer; absent while there is none, and for an answer that was lost. */
  readonly status?: number;
  /** What the client did wrong; absent when it did nothing of the kind. */
  readonly violation?: Violation;
  /** Whether a fault struck this request. */
  readonly fault?: true;
}

/** Which entries to count, or which requests a fault strikes: all members given must be equal. */
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
