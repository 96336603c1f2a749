/** Requests that a gateway must survive, as bytes: mostly wrong, now and then right by chance. */
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { CLIENT, CLIENT_BASIC } from "./program.ts";

export interface BadRequest {
  readonly method: string;
  readonly bytes: Uint8Array;
  /** Whether it ends before it says that it does: then it need not be answered. */
  readonly isCut: boolean;
}

const { array, constant, constantFrom, nat, oneof, tuple } = fc;

/** The first so often in a hundred, else the other. */
function mixed<A, B>(percent: number, first: fc.Arbitrary<A>, other: fc.Arbitrary<B>): fc.Arbitrary<A | B> {
  return oneof({ weight: percent, arbitrary: first }, { weight: 100 - percent, arbitrary: other });
}

function weighted<T>(...choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** Up to so many letters. */
function long(most: number): fc.Arbitrary<string> {
  return nat(most).map((count) => "a".repeat(count));
}

/** Characters that a field or an address may have, and some that it may not; each stands for one byte. */
function odd(maxLength: number, more = ""): fc.Arbitrary<string> {
  const unit = constantFrom(...`ab0~-._%%%/\\;:@&=+$,!'()*[]{}|^\`"<>?#\u0080\u00c3\u00a9\u00ff${more}`);
  return fc.string({ unit, minLength: 1, maxLength, size: "max" });
}

const { id, secret } = CLIENT;
const FORM = "application/x-www-form-urlencoded";
const GRANT = "grant_type=client_credentials";
const SECRETS = `client_id=${id}&client_secret=${secret}`;

const METHOD = mixed(60, constant("POST"), constantFrom(..."GET HEAD PUT DELETE OPTIONS PATCH TRACE FROB".split(" ")));

const ROUTES = "/ /healthz /readyz /openapi.json /revoke /api/file/group /api/auth/login /api/file/../auth/login " +
  "/api/ts /api/ts/symbol/search " +
  "/.well-known/oauth-authorization-server /.well-known/openid-configuration";

const SEGMENTS = "oauth token Token %74oken token%00 token%2f api file group auth login refresh .. %2e%2e nothing " +
  "..%2fauth%2flogin %00 %ff%fe ; ..; % %zz __proto__";

const PATH = weighted(
  [6, constantFrom(...ROUTES.split(" "))],
  [3, array(constantFrom("", ...SEGMENTS.split(" ")), { maxLength: 4 }).map((parts) => `/${parts.join("/")}`)],
  [1, mixed(80, odd(30), long(9_000)).map((text) => `/${text}`)],
);

const QUERY = oneof(constantFrom("", GRANT, SECRETS, "a=1&a=2"), odd(40), long(6_000)).map((text) => `?${text}`);

const OTHER_TARGET = tuple(PATH, mixed(80, constant(""), QUERY)).map((parts) => parts.join(""));
const TARGET = mixed(50, constant("/token"), OTHER_TARGET);

const TYPE = constantFrom(
  ...[FORM, FORM, FORM, `${FORM}; charset=utf-8`, FORM.toUpperCase(), `${FORM}, application/json`, "application/json"],
  ...["multipart/form-data; boundary=b", "multipart/form-data", "text/plain", "", ";", "\u00e9"],
);

/** Mostly another one each time; now and then the same, which runs into the limit, or none at all. */
const ADDRESS = weighted(
  [8, fc.ipV4()],
  [1, constant("192.0.2.1")],
  [1, constantFrom("", "unknown", ",,,", "::1", "[2001:db8::1]:80", "999.1.1.1", "a".repeat(500))],
);

const CREDENTIALS = oneof(
  constantFrom(CLIENT_BASIC, `${CLIENT_BASIC}=`, `bAsIc   ${CLIENT_BASIC.slice(6)}`, "Basic", ""),
  constantFrom(...[`${id}:wrong`, `other:${secret}`, `${id}${secret}`, `${id}:%`].map((pair) => `Basic ${btoa(pair)}`)),
  constant(`Bearer eyJhbGciOiJub25lIn0.${btoa('{"sub":"client","aud":"xsignals-gateway","exp":9999999999}')}.`),
  tuple(constantFrom("Basic ", "Bearer "), mixed(80, odd(200), long(12_000))).map((parts) => parts.join("")),
);

const RARE_NAMES = "Accept-Encoding Content-Encoding Origin Cookie Connection Authorization X-Odd".split(" ");
const RARE_VALUES = ["gzip", "identity;q=0", "https://a.example", "null", "authorization", CLIENT_BASIC];
const RARE_VALUE = oneof(constantFrom(...RARE_VALUES), mixed(90, odd(60, " \t"), long(20_000)));
const RARE_FIELD = tuple(constantFrom(...RARE_NAMES), RARE_VALUE).map((parts) => parts.join(": "));

const FIELDS = tuple(
  ADDRESS.map((address) => [`X-Forwarded-For: ${address}`]),
  mixed(90, TYPE.map((type) => [`Content-Type: ${type}`]), constant([])),
  mixed(70, CREDENTIALS.map((credentials) => [`Authorization: ${credentials}`]), constant([])),
  mixed(15, array(RARE_FIELD, { minLength: 1, maxLength: 120 }), constant([])),
).map((fields) => fields.flat());

const NAMES = "grant_type scope client_id client_secret token token_type_hint __proto__ grant%5Ftype".split(" ");

const VALUES = [
  ...["client_credentials", "password", "files:read", "files:write files:read", id, secret, "wrong", ""],
  ...["%", "%zz", "%C3%28", "%00", "+", "é€😀", "\u202e\u0000\ufeff", "=", "%F0%9F%98%80"],
];

const PAIR = tuple(constantFrom("", ...NAMES), constantFrom(...VALUES)).map((pair) => pair.join("="));
const PAIRS = array(PAIR, { maxLength: 5 });

const TEXT = weighted(
  [4, tuple(PAIRS, constantFrom("&", "&&", ";")).map(([pairs, by]) => pairs.join(by))],
  [4, PAIRS.map((pairs) => [...pairs, GRANT].join("&"))],
  [1, PAIRS.map((pairs) => [...pairs, GRANT, SECRETS].join("&"))],
  [1, oneof(constant('{"grant_type":"client_credentials"}'), long(40_000))],
);

const CONTENT = weighted<Uint8Array>(
  [200, TEXT.map((text) => Buffer.from(text))],
  [40, fc.uint8Array({ maxLength: 200, size: "max" })],
  [1, nat(1_000_000).map((length) => Buffer.alloc(length, "a"))],
);

/** A body, and the field of the head that frames it. */
type Framed = Omit<BadRequest, "method"> & { readonly frame: string };

const CHUNKED = tuple(CONTENT, oneof(nat(20), nat(70_000)), nat(30)).map(([content, size, end]): Framed => {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < content.byteLength && chunks.length < 3_000; at += size + 1) {
    const chunk = content.subarray(at, at + size + 1);
    chunks.push(Buffer.from(`${chunk.byteLength.toString(16)}\r\n`), chunk, Buffer.from("\r\n"));
  }
  const last = Buffer.from(end === 0 ? "" : "0\r\n\r\n");
  return { frame: "Transfer-Encoding: chunked", bytes: Buffer.concat([...chunks, last]), isCut: end === 0 };
});

const SIZED = CONTENT.map((bytes): Framed => ({ frame: `Content-Length: ${bytes.byteLength}`, bytes, isCut: false }));

const WRONGLY_SIZED = tuple(CONTENT, constantFrom("-1", "abc", "9".repeat(30), "1, 2", "1e3", "5000000"))
  .map(([bytes, length]): Framed => ({ frame: `Content-Length: ${length}`, bytes, isCut: true }));

const BODY = mixed(30, CHUNKED, mixed(98, SIZED, WRONGLY_SIZED));
const NO_BODY = constant<Framed>({ frame: "X-Body: none", bytes: new Uint8Array(), isCut: false });

/** Cuts the request there: mostly behind its end. */
const CUT = mixed(98, constant(Infinity), nat(2_000));

export const badRequest: fc.Arbitrary<BadRequest> = METHOD.chain((method) =>
  tuple(TARGET, FIELDS, method === "POST" ? BODY : mixed(30, BODY, NO_BODY), CUT)
    .map(([target, fields, { frame, bytes, isCut }, cut]) => {
      const lines = [`${method} ${target} HTTP/1.1`, "Host: 127.0.0.1", frame, ...fields, "Connection: close", "", ""];
      const all = Buffer.concat([Buffer.from(lines.join("\r\n"), "latin1"), bytes]);
      return { method, bytes: all.subarray(0, cut), isCut: isCut || cut < all.length };
    })
);
