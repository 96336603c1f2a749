/**
 * What happens to a refresh token that is exchanged. `on`: it dies, another comes. `family`: so too, and whoever sends a
 * dead one ends the session. `overlap`: so too, but the one before the newest works once more for a while. `off`: it
 * stays the same.
 */
export type Rotation = "on" | "family" | "overlap" | "off";

/**
 * How the servers behave where their documentation is silent; each default is the first value named.
 *
 * Run a client against both readings of what it depends on. What a server does once in a while, such as a slow, lost or
 * malformed answer, is a fault instead.
 */
export interface Readings {
  /** Refresh tokens of the API's own: `on`, `family`, `overlap` or `off`. */
  readonly rotation: Rotation;
  /** Refresh tokens of Auth0: `family` (documented), `on`, `overlap` or `off`. */
  readonly auth0Rotation: Rotation;
  /** How long the one before the newest works, where rotation is `overlap`, in milliseconds; 30000. */
  readonly overlap: number;
  /**
   * A credential on `/auth/refresh`: `ignored`; `checked`, it may be missing but not expired or wrong; `required`, a good
   * bearer must be there; `refused`, none may be there.
   */
  readonly refreshAuthorization: "ignored" | "checked" | "required" | "refused";
  /** Access tokens of both servers: `jwt`, or `opaque` strings. */
  readonly accessTokens: "jwt" | "opaque";
  /** The claims `iat` and `exp` of a JWT: `both`, or without one, or without either. The server keeps the time anyway. */
  readonly tokenTimes: "both" | "no_exp" | "no_iat" | "none";
  /** How far the servers' clock is ahead of `now`, in milliseconds; 0, negative when it is behind. */
  readonly clockSkew: number;
  /** Sessions of an account with one server: `many` at once, or `one`, so that a login ends the one before. */
  readonly sessions: "many" | "one";
  /** How the API decodes Basic: `utf-8` or `latin-1`. */
  readonly charset: "utf-8" | "latin-1";
  /** The API's answer to an expired access token: 401 or 403. */
  readonly expiredToken: 401 | 403;
  /** The access token at a logout: it `survives` until it expires (the vendor names only the other), or `dies`. */
  readonly logout: "survives" | "dies";
  /** The answer to a logout: 200 with nothing (`empty`), 200 with `json`, or 204 (`no_content`). */
  readonly logoutAnswer: "empty" | "json" | "no_content";
  /** The account's tokens of the API's own when its password changes: they `survive`, or `die`. */
  readonly passwordChange: "survive" | "die";
  /** How many wrong passwords in a row lock an account (429 whatever comes then); 0, never. */
  readonly lockoutAfter: number;
  /** The API's answer to an unknown path: 404 with a good credential and else 401, or 307 to the vendor's web site. */
  readonly unknownPath: 404 | 307;
  /** The API's error bodies: `json` with `message`, `text`, `html` or `empty`. */
  readonly errorBody: "json" | "text" | "html" | "empty";
  /**
   * A `scope` at Auth0. Of `openid`, `profile`, `email` and `offline_access`, what is asked for is `granted` and the rest
   * ignored; `echoed`, everything is granted; `known`, another is `invalid_scope`; `refused`, any `scope` is;
   * `literal`, the word SCOPE must be among them.
   */
  readonly scope: "granted" | "echoed" | "known" | "refused" | "literal";
  /** A refresh token for `offline_access`: `allowed`, or silently `missing`. */
  readonly offlineAccess: "allowed" | "missing";
  /** How a client may authenticate at Auth0: `any`, in the body (`post`) or by `basic`. */
  readonly clientAuthentication: "any" | "post" | "basic";
  /** Auth0's errors: as people have `reported` them, or as its OpenAPI file and its pages have `specified` them. */
  readonly auth0Errors: "reported" | "specified";
  /** The name of the list in the answer of a file search: `items` or `files`. */
  readonly fileList: "items" | "files";
  /** The status of `GET /file/{fileId}`: 200 with `Location`, or 307. */
  readonly fileLink: 200 | 307;
}

/** A choice of readings as it is given; a number may be text, as a command line has it. */
export type GivenReadings = { readonly [K in keyof Readings]?: Readings[K] | string };

/**
 * Checks readings and fills in the defaults.
 *
 * @throws {TypeError} For an unknown reading or value.
 */
export function readReadings(given: GivenReadings): Readings {
  function one<K extends keyof Readings>(name: K, standard: Readings[K], ...others: Readings[K][]): Readings[K] {
    const value = given[name];
    if (value === undefined) return standard;
    const found = [standard, ...others].find((choice) => String(choice) === String(value));
    if (found === undefined) throw wrong(name, `must be one of ${[standard, ...others].join(", ")}`);
    return found;
  }
  function number(name: "overlap" | "clockSkew" | "lockoutAfter", standard: number, least = 0): number {
    const value = given[name] === undefined ? standard : Number(given[name]);
    if (!Number.isSafeInteger(value) || value < least) throw wrong(name, "must be a whole number in its range");
    return value;
  }

  const readings: Readings = {
    rotation: one("rotation", "on", "family", "overlap", "off"),
    auth0Rotation: one("auth0Rotation", "family", "on", "overlap", "off"),
    overlap: number("overlap", 30_000),
    refreshAuthorization: one("refreshAuthorization", "ignored", "checked", "required", "refused"),
    accessTokens: one("accessTokens", "jwt", "opaque"),
    tokenTimes: one("tokenTimes", "both", "no_exp", "no_iat", "none"),
    clockSkew: number("clockSkew", 0, -Infinity),
    sessions: one("sessions", "many", "one"),
    charset: one("charset", "utf-8", "latin-1"),
    expiredToken: one("expiredToken", 401, 403),
    logout: one("logout", "survives", "dies"),
    logoutAnswer: one("logoutAnswer", "empty", "json", "no_content"),
    passwordChange: one("passwordChange", "survive", "die"),
    lockoutAfter: number("lockoutAfter", 0),
    unknownPath: one("unknownPath", 404, 307),
    errorBody: one("errorBody", "json", "text", "html", "empty"),
    scope: one("scope", "granted", "echoed", "known", "refused", "literal"),
    offlineAccess: one("offlineAccess", "allowed", "missing"),
    clientAuthentication: one("clientAuthentication", "any", "post", "basic"),
    auth0Errors: one("auth0Errors", "reported", "specified"),
    fileList: one("fileList", "items", "files"),
    fileLink: one("fileLink", 200, 307),
  };
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(readings, name)) throw new TypeError(`Cannot use the readings: there is no ${name}`);
  }
  return readings;
}

function wrong(name: string, must: string): TypeError {
  return new TypeError(`Cannot use the readings: ${name} ${must}`);
}
