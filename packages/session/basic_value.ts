/**
 * The value of a Basic credential: user name and password in UTF-8, joined by a colon, in base64 (RFC 7617, 2 and 2.1).
 *
 * @param username The user name, exactly as given.
 * @param password The password, exactly as given.
 * @throws {TypeError} When the user name has a colon, or either has a control character or half a surrogate pair.
 */
export function basicValue(username: string, password: string): string {
  checkBasic(username, password);
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The checks of {@link basicValue}, for the parts that are known before anything is sent. */
export function checkBasic(username: string | undefined, password: string | undefined): void {
  if (username !== undefined) {
    checkText("user name", username);
    if (username.includes(":")) {
      throw new TypeError("Cannot use the user name: it has a colon, which Basic cannot carry");
    }
  }
  if (password !== undefined) checkText("password", password);
}

function checkText(what: string, text: unknown): void {
  if (typeof text !== "string") throw new TypeError(`Cannot use the ${what}: it is no string`);
  if (text === "") throw new TypeError(`Cannot use the ${what}: it is empty`);
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (/[\x00-\x1f\x7f]/.test(text)) throw new TypeError(`Cannot use the ${what}: it has a control character`);
  if (/\p{Cs}/u.test(text)) throw new TypeError(`Cannot use the ${what}: it has half a surrogate pair`);
}
