/**
 * Requests that a gateway must survive: mostly wrong, now and then right by chance. As bytes, since no client would send
 * half of them.
 *
 * @module
 */
import { badBody, type Body } from "./bad_body.ts";
import { CLIENT, CLIENT_BASIC } from "./program.ts";
import type { Random } from "../seeded_random.ts";

/** A request as it is sent. */
export interface BadRequest {
  /** The method, for what may be answered. */
  readonly method: string;
  /** All of it. */
  readonly bytes: Uint8Array;
  /** Whether it ends before it says that it does: then it need not be answered. */
  readonly isCut: boolean;
}

const METHODS = ["GET", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FROB"] as const;

const PATHS = [
  "/oauth/token",
  "/revoke",
  "/api/file/group",
  "/api/auth/login",
  "/api/file/../auth/login",
  "/api/file/%2e%2e/auth/logout",
  "/api/file/..%2fauth%2flogin",
  "/api//auth/login",
  "/api/file/%00",
  "/api/file/%ff%fe",
  "/api/file/;/..;/auth/refresh",
  "/api/",
  "/api",
  "/healthz",
  "/readyz",
  "/",
  "/openapi.json",
  "/.well-known/oauth-authorization-server",
  "/.well-known/openid-configuration",
  "/Token",
  "/token/",
  "//token",
  "/token%2f",
  "/%74oken",
  "/token%00",
  "/nothing",
  "/%",
  "/%zz",
  "/__proto__",
] as const;

const TYPES = [
  "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded; charset=utf-8",
  "APPLICATION/X-WWW-FORM-URLENCODED",
  "application/json",
  "multipart/form-data; boundary=b",
  "multipart/form-data",
  "text/plain",
  "application/x-www-form-urlencoded, application/json",
  "",
  ";",
  "\u00e9",
] as const;

/** Makes the next request. */
export function badRequest(random: Random): BadRequest {
  const method = random.chance(0.6) ? "POST" : random.pick(METHODS);
  const body = badBody(random, method);
  const head = [`${method} ${target(random)} HTTP/1.1`, ...headers(random, body), "", ""].join("\r\n");
  const bytes = new Uint8Array(head.length + body.bytes.byteLength);
  for (let at = 0; at < head.length; at++) bytes[at] = head.charCodeAt(at); // one byte each, whatever it is
  bytes.set(body.bytes, head.length);
  if (!random.chance(0.02)) return { method, bytes, isCut: body.isCut };
  return { method, bytes: bytes.subarray(0, random.below(bytes.byteLength)), isCut: true };
}

function target(random: Random): string {
  if (random.chance(0.5)) return "/token";
  const path = random.chance(0.9) ? random.pick(PATHS) : `/${odd(random, random.chance(0.1) ? 9_000 : 30, true)}`;
  if (random.chance(0.8)) return path;
  const query = [
    "?",
    "?grant_type=client_credentials",
    `?client_id=${CLIENT.id}&client_secret=${CLIENT.secret}`,
    "?a=1&a=2",
    `?${odd(random, 40, true)}`,
    `?${"x".repeat(random.below(6_000))}`,
  ] as const;
  return path + random.pick(query);
}

function headers(random: Random, body: Body): string[] {
  const fields = ["Host: 127.0.0.1", `X-Forwarded-For: ${address(random)}`, ...body.headers];
  if (random.chance(0.9)) fields.push(`Content-Type: ${random.pick(TYPES)}`);
  const authorization = random.chance(0.6) ? credentials(random) : undefined;
  if (authorization !== undefined) fields.push(`Authorization: ${authorization}`);
  if (random.chance(0.02)) fields.push(`Authorization: ${CLIENT_BASIC}`);
  if (random.chance(0.1)) fields.push(`${odd(random, 12, true).replace(/[^\w-]/g, "") || "x"}: ${odd(random, 60)}`);
  if (random.chance(0.03)) {
    for (let number = random.below(120); number > 0; number--) fields.push(`X-H${number}: ${number}`);
  }
  if (random.chance(0.03)) fields.push(`X-Long: ${"h".repeat(random.below(20_000))}`);
  if (random.chance(0.05)) fields.push(`Accept-Encoding: ${random.pick(["gzip", "br, gzip", "identity;q=0", "*"])}`);
  if (random.chance(0.05)) fields.push(`Content-Encoding: ${random.pick(["gzip", "br", "deflate", "x"])}`);
  if (random.chance(0.03)) fields.push(`Origin: ${random.pick(["https://a.example", "null", "\u00ff"])}`);
  if (random.chance(0.02)) {
    fields.push(`Cookie: session=${odd(random, 30)}`, "Connection: authorization, x-forwarded-for");
  }
  fields.push("Connection: close");
  return fields;
}

/** Mostly another one each time, as many callers have; now and then the same, which runs into the limit, or none at all. */
function address(random: Random): string {
  const byte = () => random.below(256);
  if (random.chance(0.1)) return "192.0.2.1";
  if (random.chance(0.1)) {
    return random.pick(["", "unknown", ",,,", "::1", "[2001:db8::1]:80", "999.1.1.1", "a".repeat(500)]);
  }
  return `${10 + random.below(90)}.${byte()}.${byte()}.${byte()}`;
}

function credentials(random: Random): string {
  const { id, secret } = CLIENT;
  return random.pick([
    CLIENT_BASIC,
    basic(`${id}:wrong`),
    basic(`other:${secret}`),
    basic(`${id}${secret}`),
    basic(`${id}:%`),
    basic(odd(random, 30)),
    `Basic ${odd(random, 30)}`,
    `${CLIENT_BASIC}=`,
    `bAsIc   ${CLIENT_BASIC.slice(6)}`,
    `Bearer ${odd(random, 200)}`,
    `Bearer eyJhbGciOiJub25lIn0.${btoa('{"sub":"client","aud":"xsignals-gateway","exp":9999999999}')}.`,
    "Basic",
    "",
    `Basic ${"A".repeat(random.below(12_000))}`,
  ]);
}

function basic(text: string): string {
  return `Basic ${btoa(text)}`;
}

/** Some characters that a field or an address may have, and a few that it may not; each stands for one byte. */
function odd(random: Random, longest: number, isAddress = false): string {
  const alphabet = "ab0~-._%%%/\\;:@&=+$,!'()*[]{}|^`\"<>?#\u0080\u00c3\u00a9\u00ff" + (isAddress ? "" : " \t");
  return Array.from({ length: 1 + random.below(longest) }, () => alphabet[random.below(alphabet.length)]).join("");
}
