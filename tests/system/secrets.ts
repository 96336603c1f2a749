/**
 * Looks for secrets in what is printed, however they are written there.
 *
 * @module
 */

/** What every made-up secret begins with. */
export const MARK = "S3cr3t-of-a-";

/** The secrets of the tests; tokens come from the servers. */
export const PASSWORD = `${MARK}pä:ss w0rd+/`;
export const NEXT_PASSWORD = `${MARK}next pässw0rd`;
export const CLIENT_SECRET = `${MARK}client%/+`;
export const API_KEY = `${MARK}api-key`;

/**
 * The secrets that are in a text: by their first eight characters, since a JSON parser's error quotes no more, which no
 * encoding of texts changes; and in base64, whatever stands before them.
 *
 * @param secrets The secrets beside those that begin with {@link MARK}, such as tokens.
 * @returns What was found, each with its surroundings.
 */
export function leaksIn(text: string, secrets: Iterable<string> = []): string[] {
  const found: string[] = [];
  for (const secret of [MARK, ...secrets]) {
    // The first four letters of base64 hold what stands before, too.
    const encoded = ["", "x", "xx"].map((before) => btoa((before + secret).slice(0, 12)).slice(before === "" ? 0 : 4));
    for (const form of [secret.slice(0, 8), ...encoded]) {
      const at = text.indexOf(form);
      if (at >= 0) found.push(text.slice(Math.max(0, at - 80), at + form.length + 40));
    }
  }
  return found;
}

/** All that can be printed of a value. */
export function printed(value: unknown): string {
  const all = { depth: 20, showHidden: true, getters: true, iterableLimit: 1_000, strAbbreviateSize: 100_000 };
  const texts = [Deno.inspect(value, all), String(value), JSON.stringify(value) ?? ""];
  for (let error = value; error instanceof Error; error = error.cause) texts.push(error.message, String(error.stack));
  return texts.join("\n");
}
