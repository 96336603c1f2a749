// Times without a zone, as the API writes them.

const LOCAL_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?)?$/;

/** What the clocks would show in UTC at that instant, in milliseconds since 1970; `undefined` if it is not a local time. */
export function wallTime(text: string): number | undefined {
  const [whole, day, minute = "00:00", second = ":00", fraction = ""] = LOCAL_TIME.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const plain = `${day}T${minute}${second}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
  const wall = new Date(plain);
  return Number.isFinite(wall.getTime()) && wall.toISOString() === plain ? wall.getTime() : undefined;
}
