import type { Change } from "./load_session.ts";
import type { Options } from "./start.ts";

/** A rule of the lease, and the session's code without it. */
export interface LeftOut {
  /** The rule. */
  readonly rule: string;
  /** What is changed. */
  readonly changes: readonly Change[];
  /** What goes wrong then. */
  readonly harm: RegExp;
  /** How the check is set, where it matters. */
  readonly options?: Partial<Options>;
}

/** Every rule of the lease, left out one at a time. */
export const LEFT_OUT: readonly LeftOut[] = [
  {
    rule: "the lease is taken over the version that was just read",
    harm: /a second time/,
    changes: [{
      file: "lease.ts",
      text: "await ledger.write(current, over)",
      by: "await ledger.write(current, (await ledger.read()).version)",
    }],
  },
  {
    rule: "the holder writes over nothing but what it wrote last",
    harm: /overwritten/,
    changes: [{
      file: "lease.ts",
      text: "await ledger.write(next, version)",
      by: "await ledger.write(next, (await ledger.read()).version)",
    }],
  },
  {
    rule: "while another session holds the lease, it is waited for",
    harm: /overtaken/,
    changes: [{
      file: "lease.ts",
      text: "const left = io.store.exclusive ? 0 : leaseLeft(ledger, entry);",
      by: "const left = 0;",
    }],
  },
  {
    rule: "another session's lease is waited for to its end",
    harm: /overtaken/,
    changes: [{ file: "lease.ts", text: "Math.min(lease.ms, LONGEST_LEASE)", by: "lease.ms / 2" }],
  },
  {
    rule: "a lease is measured on the own monotonic clock, whatever wall clocks say",
    harm: /overtaken/,
    changes: [{
      file: "lease.ts",
      text: "const left = io.store.exclusive ? 0 : leaseLeft(ledger, entry);",
      by: `const { lease: held, spending } = entry.record;
    const left = held && held.holder !== ledger.holder && spending ? held.ms - (io.clock.now() - spending.at) : 0;`,
    }],
  },
  {
    rule: "a lease is measured from the record's last change",
    harm: /overtaken/,
    changes: [{
      file: "ledger.ts",
      text: "if (seen?.version !== version) seen = { version, since: io.clock.monotonic() };",
      by: "seen = { version, since: seen?.since ?? io.clock.monotonic() };",
    }],
  },
  {
    rule: "what is to be done is decided by the record under the lease, not by an earlier one",
    harm: /overwritten/,
    changes: [
      {
        file: "lease.ts",
        text: "let pause = POLL_MIN;\n  for",
        by: "let pause = POLL_MIN;\n  let first: Step<T> | undefined;\n  for",
      },
      { file: "lease.ts", text: "const step = await plan(entry);", by: "const step = first ??= await plan(entry);" },
    ],
  },
  {
    rule: "a fresh pair in the record is used",
    harm: /although it is fresh/,
    changes: [{
      file: "renewal.ts",
      text: "if (token && view.good(token)) {",
      by: "if (token && unsaved && view.good(token)) {",
    }],
  },
  {
    rule: "before it sends, the holder makes sure that the lease outlasts the call",
    harm: /overtaken/,
    changes: [{
      file: "lease.ts",
      text: "return lasts() || (await put(current) && lasts());",
      by: "return needed > 0;",
    }],
  },
  {
    rule: "the holder makes sure again when it had to take the lease anew",
    harm: /overtaken/,
    changes: [{ file: "lease.ts", text: "(await put(current) && lasts())", by: "(await put(current))" }],
    options: { pauses: 3 },
  },
  {
    rule: "the holder counts its lease from before it was written",
    harm: /overtaken/,
    changes: [{
      file: "lease.ts",
      text: "let takenAt = io.clock.monotonic();\n  let version = await ledger.write(current, over);",
      by: "let version = await ledger.write(current, over);\n  let takenAt = io.clock.monotonic();",
    }],
  },
  {
    rule: "the holder takes its mark back when it is too late to send",
    harm: /a login, although/,
    changes: [{
      file: "renewal.ts",
      text: "await lease.save(withoutLease(asBefore(lease.record())));\n      return undefined;",
      by: "return undefined;",
    }],
    options: { pauses: 3 },
  },
  {
    rule: "a lease is longer than the deadline of a call",
    harm: /for ever/,
    changes: [{ file: "limits.ts", text: "limits.leaseMs <= limits.tokenDeadlineMs", by: "limits.leaseMs <= 0" }],
    options: { workers: 1, tokenDeadlineMs: 20_000, leaseMs: 10_000 },
  },
  {
    rule: "the token is marked before it is sent",
    harm: /a second time/,
    changes: [{
      file: "record.ts",
      text: "JSON.stringify({ v: VERSION, ...record })",
      by: "JSON.stringify({ v: VERSION, ...record, spending: undefined })",
    }],
    options: { credentials: false },
  },
  {
    rule: "a token that is marked is not sent",
    harm: /a second time/,
    changes: [{ file: "spendable.ts", text: "if (record.spending?.hash !== hash) return", by: "if (hash) return" }],
  },
  {
    rule: "a token whose answer did not come stays marked",
    harm: /a second time/,
    changes: [{
      file: "spendable.ts",
      text: 'error.status === 503 ? "not_spent" : "unknown"',
      by: 'error.status !== 200 ? "not_spent" : "unknown"',
    }],
  },
  {
    rule: "a pair is stored before it is used",
    harm: /login, although|not in the record/,
    changes: [{
      file: "keep_token.ts",
      text: "if (await lease.save({ ...rest, token })) return tell();",
      by: "if (rest) return tell();",
    }],
  },
  {
    rule: "a late pair is stored where the record still has the token that it came from",
    harm: /there is no other/,
    changes: [{
      file: "keep_token.ts",
      text: "if (record.token?.value !== before.token?.value) {",
      by: "if (record) {",
    }],
  },
  {
    rule: "a late pair is stored nowhere else",
    harm: /overwritten/,
    changes: [{
      file: "keep_token.ts",
      text: "if (record.token?.value !== before.token?.value) {",
      by: "if (!record) {",
    }],
  },
  {
    rule: "a late pair that is not stored is ended",
    harm: /not in the record/,
    changes: [{
      file: "keep_token.ts",
      text: "if (!isShared(token, record.token)) await end?.(token).catch(() => {});",
      by: "",
    }],
  },
  {
    rule: "whoever has done its work gives the lease back",
    harm: /left its lease/,
    changes: [{ file: "lease.ts", text: "await lease.release();", by: "" }],
    options: { credentials: false },
  },
];
