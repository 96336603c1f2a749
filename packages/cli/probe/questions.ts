// What the probe asks, in the order of its report, and what this project presumes.

/** A value of an assumption, as the emulator names it. */
export type Value = string | number;

/** One question. */
export interface Question {
  /** The name of the emulator's assumption; of the few others, a name of their own. */
  readonly name: string;
  /** What it is about. */
  readonly about: string;
  /** What is presumed: the first of the values, unless this says it. */
  readonly presumed?: string;
  /** The values that the emulator can play, the presumed one first; none if it cannot. One alone: any number. */
  readonly values: readonly Value[];
  /** Why a read-only probe cannot ask this at all. */
  readonly never?: string;
}

/** Why questions about SSO stay open. */
export const NO_SSO = "the login is not an SSO login";
const OTHER_CLIENT = "it would take logins with other settings";

/** Every question: all assumptions of the emulator, and what else a probe can see. */
export const QUESTIONS: readonly Question[] = [
  { name: "accessTokens", about: "form of access tokens", values: ["jwt", "opaque"] },
  { name: "tokenTimes", about: "times in access tokens", values: ["both", "no_exp", "no_iat", "none"] },
  { name: "accessTokenLifetime", about: "lifetime of access tokens", presumed: "3600 s", values: [] },
  { name: "tokenCaching", about: "Cache-Control of token answers", presumed: "no-store", values: [] },
  {
    name: "rotation",
    about: "renewal changes the refresh token",
    presumed: "yes",
    values: ["on", "family", "overlap", "off"],
  },
  {
    name: "auth0Rotation",
    about: "SSO renewal changes refresh token",
    presumed: "yes",
    values: ["family", "on", "overlap", "off"],
  },
  {
    name: "overlap",
    about: "life of a spent refresh token, in ms",
    values: [30_000],
    never: "a spent refresh token is never sent",
  },
  {
    name: "refreshAuthorization",
    about: "a renewal needs no credential",
    presumed: "yes",
    values: ["ignored", "checked", "required", "refused"],
  },
  { name: "clockSkew", about: "server's clock ahead, in ms", values: [0] },
  {
    name: "sessions",
    about: "sessions of an account",
    values: ["many", "one"],
    never: "a second login could end the first one",
  },
  {
    name: "charset",
    about: "encoding of passwords",
    values: ["utf-8", "latin-1"],
    never: "the probe does not look at passwords",
  },
  {
    name: "expiredToken",
    about: "status for an expired token",
    values: [401, 403],
    never: "the probe would have to wait until a token expires",
  },
  {
    name: "logout",
    about: "access tokens after a logout",
    values: ["survives", "dies"],
    never: "a logout would end your login",
  },
  {
    name: "logoutAnswer",
    about: "answer to a logout",
    values: ["empty", "json", "no_content"],
    never: "a logout would end your login",
  },
  {
    name: "passwordChange",
    about: "tokens after a new password",
    values: ["survive", "die"],
    never: "the probe changes nothing",
  },
  {
    name: "lockoutAfter",
    about: "wrong passwords until a lock",
    values: [0],
    never: "it could lock your account",
  },
  {
    name: "scope",
    about: "scopes that Auth0 grants",
    values: ["granted", "echoed", "known", "refused", "literal"],
    never: OTHER_CLIENT,
  },
  {
    name: "offlineAccess",
    about: "refresh tokens of Auth0",
    values: ["allowed", "missing"],
    never: OTHER_CLIENT,
  },
  {
    name: "clientAuthentication",
    about: "authentication of Auth0's clients",
    values: ["any", "post", "basic"],
    never: OTHER_CLIENT,
  },
  {
    name: "auth0Errors",
    about: "form of Auth0's errors",
    values: ["reported", "specified"],
    never: OTHER_CLIENT,
  },
  { name: "unknownPath", about: "status for an unknown path", values: [404, 307] },
  { name: "errorBody", about: "form of the API's errors", values: ["json", "text", "html", "empty"] },
  { name: "fileList", about: "name of the list in a file search", values: ["items", "files"] },
  { name: "fileOrder", about: "order of files by default", presumed: "newest first", values: [] },
  { name: "totalSize", about: "number of files told", presumed: "yes", values: [] },
  { name: "tieOrder", about: "order of files with equal names", values: ["stable", "random"] },
  { name: "deepPaging", about: "end of a list of files", values: [10_000, "none"] },
  { name: "symbolPaging", about: "end of a list of symbols", presumed: "10000", values: [] },
  { name: "queryMatch", about: "names that match a query", values: ["exact", "loose", "tokens"] },
  {
    name: "visibleAfter",
    about: "seconds until a file is listed",
    values: [0, 200],
    never: "a file would have to arrive meanwhile",
  },
  { name: "fileLink", about: "status of a file's link", values: [200, 307] },
  {
    name: "linkHost",
    about: "host of a file's link",
    presumed: "known bucket",
    values: [],
  },
  { name: "linkLifetime", about: "lifetime of a file's link", presumed: "3600 s", values: [] },
  { name: "downloadBy", about: "what a download answers", values: ["stream", "redirect"] },
  { name: "ranges", about: "servers that send parts of files", values: ["files", "api", "both", "none"] },
  { name: "etag", about: "ETag of files", values: ["strong", "weak", "none"] },
  { name: "fileSize", about: "size of a file in a list", values: ["exact", "zero", "missing", "wrong"] },
  { name: "tsBody", about: "forms of a time series query", values: ["both", "keys", "group"] },
  { name: "tsExtra", about: "member that a form does not have", values: ["refused", "ignored"] },
  { name: "tsDates", about: "form of times in tables", values: ["millis", "seconds"] },
  {
    name: "tsZone",
    about: "zone of tables by default",
    values: ["America/New_York", "UTC", "Europe/Warsaw"],
  },
  { name: "partialKeys", about: "series found by some of their keys", values: ["none", "match"] },
  { name: "corrections", about: "columns of corrected rows", values: ["rows", "version"] },
  { name: "versions", about: "all versions of corrected rows", presumed: "yes", values: [] },
  { name: "correctionsText", about: "corrections by the text history", presumed: "taken", values: [] },
  { name: "emptyCell", about: "cell of a missing number", values: ["empty", "NaN"] },
  { name: "csvForm", about: "line ends of tables", values: ["lf", "crlf", "bom"] },
  { name: "tsCap", about: "most rows in an answer", values: [0] },
];
