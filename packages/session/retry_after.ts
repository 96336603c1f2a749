/** The longest hint that is believed, in ms: a day. */
const LONGEST = 86_400_000;

/**
 * How long the server asks to wait, in ms: from `Retry-After` (seconds or a date, RFC 9110, 10.2.3) or `x-ratelimit-reset`
 * (Unix seconds, as Auth0 sends it).
 *
 * @param headers The answer's headers.
 * @param now This machine's clock, in ms; used for dates only where the answer has no `Date` of its own.
 * @returns `undefined` without a hint, or with one that makes no sense.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const serverNow = Date.parse(headers.get("date") ?? "") || now;
  const after = headers.get("retry-after")?.trim() ?? "";
  const wait = /^\d{1,9}$/.test(after) ? Number(after) * 1000 : Date.parse(after) - serverNow;
  const reset = headers.get("x-ratelimit-reset")?.trim() ?? "";
  return sane(wait) ?? (/^\d{9,11}$/.test(reset) ? sane(Number(reset) * 1000 - serverNow) : undefined);
}

function sane(ms: number): number | undefined {
  return ms >= 0 && ms <= LONGEST ? ms : undefined;
}
