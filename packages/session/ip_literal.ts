/**
 * Checks that a text is one IP address and nothing else.
 *
 * @throws {TypeError} When it is not.
 */
export function checkIpLiteral(what: string, text: unknown): void {
  const isV4 = typeof text === "string" && /^\d{1,3}(\.\d{1,3}){3}$/.test(text) &&
    text.split(".").every((part) => Number(part) <= 255);
  const isV6 = typeof text === "string" && /^[0-9a-fA-F:.]+$/.test(text) && text.includes(":") &&
    URL.canParse(`http://[${text}]/`);
  if (!isV4 && !isV6) throw new TypeError(`Cannot use ${what}: it must be one IP address`);
}
