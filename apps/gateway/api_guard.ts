// What the account's session sends with: it hands on no refusal that quotes the credential.
import { Buffer } from "node:buffer";
import type { FetchLike } from "@xsignals/session";
import { readAtMost } from "./form.ts";
import type { Upstream } from "./upstream.ts";

/** The header of an answer that the client gets in the gateway's own words. */
export const WITHHELD = "x-gateway-withheld";

/** The largest refusal that is handed on, in bytes. */
const MAX_REFUSAL = 65_536;

/**
 * Makes the `fetch` that the account's session sends with.
 *
 * A refusal is handed on only if it can be read to its end and has the credential in no form, since some servers answer
 * with the request that they got.
 *
 * @param baseUrl The API's base URL; what goes elsewhere, such as a login, is left as it is.
 * @param upstream Is told what the API answers, and that a token is asked for.
 */
export function guardApi(fetch: FetchLike, baseUrl: () => string, upstream: Upstream): FetchLike {
  return async (input, init) => {
    const address = String(input);
    const base = baseUrl();
    if (!/^\/(file|ts)[/?]|^\/ts$/.test(address.startsWith(base) ? address.slice(base.length) : "")) {
      upstream.asked();
      return await fetch(input, init);
    }
    const credential = new Headers(init?.headers).get("authorization") ?? "";
    const answer = await fetch(input, init);
    const { status } = answer;
    upstream.heard(new URL(address).pathname, status);
    if (status < 300 || status === 401 || status === 429 || status >= 500) return answer;
    const head = [...answer.headers].join("\n");
    if (status < 400) return tells(head, credential) ? await withheld(answer, 502) : answer;
    const body = await readRefusal(answer);
    if (body === undefined || tells(`${head}\n${Buffer.from(body).toString("latin1")}`, credential)) {
      return await withheld(answer, status);
    }
    return new Response(body.byteLength > 0 ? body : null, { status, headers: answer.headers });
  };
}

async function withheld({ body }: Response, status: number): Promise<Response> {
  if (body && !body.locked) await body.cancel();
  return new Response(null, { status, headers: { [WITHHELD]: "1" } });
}

/** The body of a refusal; `undefined` when it is too long, encoded, or broke off. */
async function readRefusal({ body, headers }: Response): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!/^(identity)?$/i.test(headers.get("content-encoding") ?? "")) return undefined;
  return await readAtMost(body, MAX_REFUSAL).catch(() => undefined);
}

/** A credential of fewer characters would be found everywhere. */
const SHORTEST = 4;

/** Whether a text has the credential: as it was sent, percent-encoded, escaped as JSON does, or in base64. */
function tells(text: string, authorization: string): boolean {
  const [, scheme = "", value = ""] = /^(\S+) (.*)$/.exec(authorization) ?? [];
  const pair = /^basic$/i.test(scheme) ? Buffer.from(value, "base64").toString() : "";
  const secrets = [value, pair.slice(pair.indexOf(":") + 1)].filter(({ length }) => length >= SHORTEST);
  const plain = text.replace(/\\u00([0-9a-f]{2})|(?:%25|%)([0-9a-f]{2})/gi, (_, json, percent) => {
    return String.fromCharCode(parseInt(json ?? percent, 16));
  }).replaceAll("\\/", "/").replaceAll('\\"', '"').replaceAll("\\\\", "\\");
  const base64 = plain.replaceAll("-", "+").replaceAll("_", "/").replace(/\s/g, "");
  return secrets.some((secret) =>
    text.includes(secret) || plain.includes(secret) || inBase64(secret).some((form) => base64.includes(form))
  );
}

/** What a text becomes in base64 wherever it stands in another one: three forms, without the characters that others share. */
function inBase64(secret: string): string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.from(" ".repeat(before) + secret);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64");
    return whole.slice(before === 0 ? 0 : 4);
  }).filter(({ length }) => length >= SHORTEST);
}
