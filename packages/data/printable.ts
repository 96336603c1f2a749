// Text from elsewhere, made fit for a message: no control or direction characters, no secret, not too long.

/** The longest text of others in a message, in characters. */
const MOST = 100;

/** A name as a message shows it: what a terminal would act upon as a visible escape, cut at {@link MOST} characters. */
export function printable(text: string): string {
  const characters = [...text].slice(0, MOST + 1).map((one) =>
    /[\p{C}\p{Zl}\p{Zp}]/u.test(one) ? `\\u{${one.codePointAt(0)!.toString(16)}}` : one
  );
  return characters.length > MOST ? `${characters.slice(0, MOST).join("")}…` : characters.join("");
}

/** What a server says, as a message shows it: without addresses, credentials, and words that may be a token. */
export function printableWords(text: string): string {
  const masked = text
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S*/gi, "[address]")
    .replace(/\b(Basic|Bearer|ApiKey)\s+\S+/gi, "$1 …")
    .replace(/\?\S*/g, "?…")
    .replace(/\S{41,}/g, "…"); // an id has 36 characters
  return printable(masked.replace(/\s+/g, " ").trim());
}

/** Names a foreign error by its class and code alone, because its message and cause may quote a link or a token. */
export function describeError(error: unknown): string {
  const { name, code, cause } = Object(error);
  const what = error instanceof Error ? /^[A-Za-z]{1,40}$/.exec(name)?.[0] ?? "Error" : typeof error;
  const known = [code, cause?.code].find((one) => typeof one === "string" && /^[A-Za-z_]{1,40}$/.test(one));
  return known === undefined ? what : `${what} ${known}`;
}
