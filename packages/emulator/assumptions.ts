/**
 * What happens to a refresh token that is exchanged. `on`: it stops working, and the answer has another one. `family`:
 * like `on`, and a token that is sent again ends the session. `overlap`: like `family`, but the token before the newest
 * works once more for a while. `off`: the token stays the same.
 */
export type Rotation = "on" | "family" | "overlap" | "off";

/**
 * How the servers behave where their documentation is silent. The first value of each is the default.
 *
 * Run a client with every value of what it depends on. What a server does once in a while, such as a slow, lost or
 * malformed answer, is a fault instead.
 */
export interface Assumptions {
  /** Refresh tokens of the API's own: `on`, `family`, `overlap` or `off`. */
  readonly rotation: Rotation;
  /** Refresh tokens of Auth0: `family` (documented), `on`, `overlap` or `off`. */
  readonly auth0Rotation: Rotation;
  /** How long the token before the newest still works if rotation is `overlap`, in milliseconds; 30000. */
  readonly overlap: number;
  /**
   * A credential on `/auth/refresh` is `ignored`; `checked`: it may be missing, but not expired or wrong; `required`: it
   * must be there and right; or `refused`: it must not be there.
   */
  readonly refreshAuthorization: "ignored" | "checked" | "required" | "refused";
  /** Access tokens of both servers: `jwt` or `opaque` strings. */
  readonly accessTokens: "jwt" | "opaque";
  /** The claims `iat` and `exp` of a JWT: `both`, only one, or `none`. The server knows the times anyway. */
  readonly tokenTimes: "both" | "no_exp" | "no_iat" | "none";
  /** How far the servers' clock is ahead of `now`, in milliseconds; 0. Negative if it is behind. */
  readonly clockSkew: number;
  /** Sessions of an account at one server: `many` at once, or `one`, so that a login ends the one before. */
  readonly sessions: "many" | "one";
  /** How the API decodes Basic: `utf-8` or `latin-1`. */
  readonly charset: "utf-8" | "latin-1";
  /** The API's answer to an expired access token: 401 or 403. */
  readonly expiredToken: 401 | 403;
  /** After a logout the access token `survives` until it expires (the vendor names only the refresh token), or `dies`. */
  readonly logout: "survives" | "dies";
  /** The answer to a logout: 200 without a body (`empty`), 200 with `json`, or 204 (`no_content`). */
  readonly logoutAnswer: "empty" | "json" | "no_content";
  /** After a password change the account's tokens of the API `survive` or `die`. */
  readonly passwordChange: "survive" | "die";
  /** How many wrong passwords in a row lock an account (429, even for the right one); 0 means never. */
  readonly lockoutAfter: number;
  /** The API's answer to an unknown path: 404 (401 without a valid credential), or 307 to the vendor's web site. */
  readonly unknownPath: 404 | 307;
  /** The API's error bodies: `json` with `message`, `text`, `html` or `empty`. */
  readonly errorBody: "json" | "text" | "html" | "empty";
  /**
   * A `scope` at Auth0. `granted`: `openid`, `profile`, `email` and `offline_access` are granted, other words are
   * ignored; `echoed`: every word is granted; `known`: another word is `invalid_scope`; `refused`: any `scope` is;
   * `literal`: the scope must contain the word SCOPE.
   */
  readonly scope: "granted" | "echoed" | "known" | "refused" | "literal";
  /** A refresh token for `offline_access` is `allowed`, or silently `missing`. */
  readonly offlineAccess: "allowed" | "missing";
  /** How a client may authenticate at Auth0: `any`, in the body (`post`) or by `basic`. */
  readonly clientAuthentication: "any" | "post" | "basic";
  /** Auth0's errors: as people have `reported` them, or as its OpenAPI file and pages have `specified` them. */
  readonly auth0Errors: "reported" | "specified";
  /** The name of the list in the answer of a file search: `items` or `files`. */
  readonly fileList: "items" | "files";
  /** The status of `GET /file/{fileId}`: 200 with `Location`, or 307. */
  readonly fileLink: 200 | 307;
  /**
   * Which servers follow `Range` and the conditional headers for content: the host of `files` (S3 does; for the API it is
   * not documented), the `api` (`GET /file/{fileId}/download`), `both`, or `none`. The others answer with everything.
   */
  readonly ranges: "files" | "api" | "both" | "none";
  /** The `ETag` of content, from both servers: `strong` (as S3's), `weak` or `none`. */
  readonly etag: "strong" | "weak" | "none";
  /** A file's `size` among its members: `exact`, `zero`, `missing`, or `wrong`: one byte more than there are. */
  readonly fileSize: "exact" | "zero" | "missing" | "wrong";
  /**
   * Which values match a condition of the file search such as `groupName=A`. `exact`: the same value, where `*` stands for
   * any characters; `loose`: values that contain it, in upper or lower case; `tokens`: values that have at least one word
   * in common with it, in upper or lower case, as in a search engine.
   */
  readonly queryMatch: "exact" | "loose" | "tokens";
  /**
   * The answer is 400 if `from` and `size` of a list are together more than 10000: names in the API's answers are those of
   * a search engine that has this limit. `none`: there is no limit.
   */
  readonly deepPaging: 10_000 | "none";
  /** Entries with equal sort keys come in a `stable` order, or in a `random` one, new for each answer but the same in each run. */
  readonly tieOrder: "stable" | "random";
  /** `GET /file/{fileId}/download` sends the content (`stream`), or a `redirect` (307) to a presigned link. */
  readonly downloadBy: "stream" | "redirect";
  /**
   * How many seconds after its arrival a file appears in lists: 0, or 200, which is the longest time that the vendor's SDK
   * waits. Its `arrivalTime` is that of the arrival, and `GET /file/{fileId}` finds it at once.
   */
  readonly visibleAfter: 0 | 200;
  /** The forms of a query for time series that are taken: with `keys`, with a `group` at its top, or `both`. */
  readonly tsBody: "both" | "keys" | "group";
  /** A member that a form of the query does not have, such as `timeZone` beside `groupName`, is `refused` (400) or `ignored`. */
  readonly tsExtra: "refused" | "ignored";
  /** Times in time series, unless the query has a `dateFormat`: with `millis`, the documented default, or only `seconds`. */
  readonly tsDates: "millis" | "seconds";
  /** The zone set for the accounts: that of times in time series, if the query names none. */
  readonly tsZone: "America/New_York" | "UTC" | "Europe/Warsaw";
  /** Symbols that name only some of a group's keys fit no series (`none`), or those that they `match`. */
  readonly partialKeys: "none" | "match";
  /** Where corrections are asked for, the versions of a row are just `rows`, or have a column with their `version`. */
  readonly corrections: "rows" | "version";
  /** A number that is not there is an `empty` cell, or `NaN`. */
  readonly emptyCell: "empty" | "NaN";
  /** Lines of NCSV end with `lf` or `crlf`; `bom`: with a byte order mark before them. */
  readonly csvForm: "lf" | "crlf" | "bom";
  /** How many rows of time series an answer has at most; what is left comes for its `nextPageToken`. 0 means no limit. */
  readonly tsCap: number;
}

/** Some of the {@link Assumptions}. A number may be text, as on a command line. */
export type GivenAssumptions = { readonly [K in keyof Assumptions]?: Assumptions[K] | string };

/**
 * The values of each of the {@link Assumptions}, the default first. One value alone is the default of a whole number.
 *
 * Use it to run a client with each value of each assumption.
 *
 * @example
 * ```ts
 * import { ASSUMPTION_VALUES, createEmulator } from "@xsignals/emulator";
 * import { assertEquals } from "@std/assert";
 *
 * for (const fileLink of ASSUMPTION_VALUES.fileLink) createEmulator({ assumptions: { fileLink } }); // and run the client
 * assertEquals(ASSUMPTION_VALUES.fileLink, [200, 307]);
 * ```
 */
export const ASSUMPTION_VALUES: { readonly [K in keyof Assumptions]: readonly [Assumptions[K], ...Assumptions[K][]] } =
  {
    rotation: ["on", "family", "overlap", "off"],
    auth0Rotation: ["family", "on", "overlap", "off"],
    overlap: [30_000],
    refreshAuthorization: ["ignored", "checked", "required", "refused"],
    accessTokens: ["jwt", "opaque"],
    tokenTimes: ["both", "no_exp", "no_iat", "none"],
    clockSkew: [0],
    sessions: ["many", "one"],
    charset: ["utf-8", "latin-1"],
    expiredToken: [401, 403],
    logout: ["survives", "dies"],
    logoutAnswer: ["empty", "json", "no_content"],
    passwordChange: ["survive", "die"],
    lockoutAfter: [0],
    unknownPath: [404, 307],
    errorBody: ["json", "text", "html", "empty"],
    scope: ["granted", "echoed", "known", "refused", "literal"],
    offlineAccess: ["allowed", "missing"],
    clientAuthentication: ["any", "post", "basic"],
    auth0Errors: ["reported", "specified"],
    fileList: ["items", "files"],
    fileLink: [200, 307],
    ranges: ["files", "api", "both", "none"],
    etag: ["strong", "weak", "none"],
    fileSize: ["exact", "zero", "missing", "wrong"],
    queryMatch: ["exact", "loose", "tokens"],
    deepPaging: [10_000, "none"],
    tieOrder: ["stable", "random"],
    downloadBy: ["stream", "redirect"],
    visibleAfter: [0, 200],
    tsBody: ["both", "keys", "group"],
    tsExtra: ["refused", "ignored"],
    tsDates: ["millis", "seconds"],
    tsZone: ["America/New_York", "UTC", "Europe/Warsaw"],
    partialKeys: ["none", "match"],
    corrections: ["rows", "version"],
    emptyCell: ["empty", "NaN"],
    csvForm: ["lf", "crlf", "bom"],
    tsCap: [0],
  };

/**
 * Checks assumptions and fills in the defaults.
 *
 * @throws {TypeError} For an unknown name or value; the message lists the known ones.
 */
export function readAssumptions(given: GivenAssumptions): Assumptions {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(ASSUMPTION_VALUES, name));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot assume ${unknown}: the name must be one of ${Object.keys(ASSUMPTION_VALUES).join(", ")}`,
    );
  }
  const entries = Object.entries(ASSUMPTION_VALUES).map(([name, values]) => {
    const value = given[name as keyof Assumptions] ?? values[0];
    return [name, values.length === 1 ? readNumber(name, value) : readChoice(name, value, values)];
  });
  return Object.fromEntries(entries);
}

/** A line for each assumption: its name, and its values or the default of a number. */
export function describeAssumptions(): string[] {
  return Object.entries(ASSUMPTION_VALUES).map(([name, [standard, ...others]]) =>
    `${name}=${others.length === 0 ? `NUMBER (default ${standard})` : [standard, ...others].join("|")}`
  );
}

function readChoice<T>(name: string, value: T, values: readonly T[]): T {
  const found = values.find((choice) => String(choice) === String(value));
  if (found === undefined) throw new TypeError(`Cannot assume ${name}: its value must be one of ${values.join(", ")}`);
  return found;
}

function readNumber(name: string, value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || (number < 0 && name !== "clockSkew")) {
    throw new TypeError(
      `Cannot assume ${name}: its value must be a whole number${name === "clockSkew" ? "" : " from 0"}`,
    );
  }
  return number;
}
