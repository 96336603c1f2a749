import { CLIENT } from "./program.ts";
import type { Random } from "../seeded_random.ts";

/** A body, and the headers that frame it. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly headers: readonly string[];
  /** Whether it ends before it says that it does. */
  readonly isCut: boolean;
}

const UTF8 = new TextEncoder();

const NAMES = [
  "grant_type",
  "scope",
  "client_id",
  "client_secret",
  "token",
  "token_type_hint",
  "a",
  "",
  "__proto__",
  "grant%5Ftype",
] as const;

const VALUES = [
  "client_credentials",
  "client_credentials",
  "password",
  "files:read",
  "files:write files:read",
  CLIENT.id,
  CLIENT.secret,
  "wrong",
  "",
  "%",
  "%zz",
  "%C3%28",
  "%00",
  "+",
  "é€😀",
  "\u202e\u0000\ufeff",
  "=",
  "%F0%9F%98%80",
] as const;

/** Makes a body, framed by a length, in chunks, or not at all. */
export function badBody(random: Random, method: string): Body {
  if (method !== "POST" && random.chance(0.7)) return { bytes: new Uint8Array(), headers: [], isCut: false };
  const content = contentOf(random);
  const length = content.byteLength;
  if (random.chance(0.3)) return chunked(random, content);
  if (random.chance(0.01)) return { bytes: content, headers: [`Content-Length: ${length + 10}`], isCut: true };
  if (random.chance(0.01)) {
    const headers = [`Content-Length: ${random.pick(["-1", "abc", "9".repeat(30), `${length}, 1`, "1e3"])}`];
    return { bytes: content, headers, isCut: true };
  }
  return { bytes: content, headers: [`Content-Length: ${length}`], isCut: false };
}

function chunked(random: Random, content: Uint8Array): Body {
  const isCut = random.chance(0.03);
  const size = 1 + random.below(random.chance(0.5) ? 20 : 70_000);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < content.byteLength && parts.length < 3_000; at += size) {
    const part = content.subarray(at, at + size);
    parts.push(UTF8.encode(`${part.byteLength.toString(16)}\r\n`), part, UTF8.encode("\r\n"));
  }
  if (!isCut) parts.push(UTF8.encode("0\r\n\r\n"));
  return { bytes: concat(parts), headers: ["Transfer-Encoding: chunked"], isCut };
}

function contentOf(random: Random): Uint8Array {
  if (random.chance(0.7)) return UTF8.encode(form(random));
  if (random.chance(0.5)) return random.bytes(random.below(200));
  if (random.chance(0.5)) return UTF8.encode('{"grant_type":"client_credentials"}');
  if (random.chance(0.05)) return new Uint8Array(random.below(4_000_000)).fill(97);
  return UTF8.encode("a=".repeat(random.below(20_000)));
}

function form(random: Random): string {
  const pairs = Array.from({ length: random.below(6) }, () => `${random.pick(NAMES)}=${random.pick(VALUES)}`);
  if (random.chance(0.6)) pairs.push("grant_type=client_credentials");
  if (random.chance(0.1)) pairs.push(`client_id=${CLIENT.id}`, `client_secret=${CLIENT.secret}`);
  return pairs.join(random.pick(["&", "&", "&", "&&", ";"]));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
