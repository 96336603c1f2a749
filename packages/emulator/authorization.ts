import type { CredentialKind } from "./log.ts";

/** What an `Authorization` header holds; `other` is a header that is none of the forms, or more than one. */
export type Authorization =
  | { readonly kind: "none" | "other" | "several" }
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "bearer" | "apikey"; readonly value: string };

/** Reads a request's `Authorization`; Basic in UTF-8 (RFC 7617) or Latin-1, split at its first colon. */
export function readAuthorization(request: Request, charset: "utf-8" | "latin-1" = "utf-8"): Authorization {
  const header = request.headers.get("authorization");
  if (header === null) return { kind: "none" };
  if (header.includes(",")) return { kind: "several" };
  const [, scheme, value] = /^([A-Za-z]+) +(\S+)$/.exec(header) ?? [];
  if (scheme === undefined || value === undefined) return { kind: "other" };
  switch (scheme.toLowerCase()) {
    case "basic":
      return readBasic(value, charset);
    case "bearer":
      return { kind: "bearer", value };
    case "apikey":
      return { kind: "apikey", value };
    default:
      return { kind: "other" };
  }
}

/** The kind alone, for the log; a Basic header that can't be read is still Basic. */
export function credentialKind(request: Request): CredentialKind {
  const authorization = readAuthorization(request);
  const basic = authorization.kind === "other" && /^basic( |$)/i.test(request.headers.get("authorization") ?? "");
  return basic ? "basic" : authorization.kind;
}

function readBasic(value: string, charset: "utf-8" | "latin-1"): Authorization {
  try {
    const binary = atob(value);
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const text = charset === "latin-1"
      ? binary
      : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const colon = text.indexOf(":");
    if (colon < 0) return { kind: "other" };
    return { kind: "basic", username: text.slice(0, colon), password: text.slice(colon + 1) };
  } catch {
    return { kind: "other" };
  }
}
