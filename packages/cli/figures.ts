// Numbers as people read them.

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** A number with commas between thousands. */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** A number of bytes: `878 B`, `3.0 MB`. */
export function bytesText(bytes: number): string {
  const unit = unitOf(bytes);
  return `${inUnit(bytes, unit)} ${UNITS[unit]}`;
}

/** A part of a number of bytes, in one unit: `1.1 of 2.4 GB`. */
export function bytesOfText(bytes: number, all: number): string {
  return `${inUnit(bytes, unitOf(all))} of ${bytesText(all)}`;
}

/** A time in whole minutes and seconds: `1:04`, `1:02:03`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (count: number) => String(count).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** The largest unit of which there is at least one, as it is written. */
function unitOf(bytes: number): number {
  const unit = UNITS.findIndex((_, index) => bytes < 999.5 * 1000 ** index);
  return unit < 0 ? UNITS.length - 1 : unit;
}

function inUnit(bytes: number, unit: number): string {
  const count = bytes / 1000 ** unit;
  return unit > 0 && count < 99.95 ? count.toFixed(1) : String(Math.round(count));
}
