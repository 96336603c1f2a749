/** Puts a `Date` in place of the platform's whose time can be moved, so that a token expires at once; timers stay. */
export function installMovableDate(): { advance(ms: number): void } {
  const PlatformDate = Date;
  let ahead = 0;
  const now = () => PlatformDate.now() + ahead;
  globalThis.Date = new Proxy(PlatformDate, {
    construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
    get: (target, name) => name === "now" ? now : Reflect.get(target, name),
  });
  return { advance: (ms) => void (ahead += ms) };
}
