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
      file: "shared/turn.ts",
      text: "await record.write(current, over)",
      by: "await record.write(current, (await record.read()).version)",
    }],
  },
  {
    rule: "the holder writes over nothing but what it wrote last",
    harm: /overwritten/,
    changes: [{
      file: "shared/turn.ts",
      text: "await record.write(next, version)",
      by: "await record.write(next, (await record.read()).version)",
    }],
  },
  {
    rule: "while another session holds the lease, it is waited for",
    harm: /overtaken/,
    changes: [{
      file: "shared/turn.ts",
      text: "const left = record.engine.exclusive ? 0 : leaseLeft(record, entry) ?? 0;",
      by: "const left = 0;",
    }],
  },
  {
    rule: "another session's lease is waited for to its end",
    harm: /overtaken/,
    changes: [{ file: "shared/turn.ts", text: "Math.min(lease.ms, LONGEST_LEASE)", by: "lease.ms / 2" }],
  },
  {
    rule: "a lease is measured on the own monotonic clock, whatever wall clocks say",
    harm: /overtaken/,
    changes: [{
      file: "shared/turn.ts",
      text: "const left = record.engine.exclusive ? 0 : leaseLeft(record, entry) ?? 0;",
      by: `const { lease: held, token } = entry.record;
    const left = held && held.holder !== record.holder ? held.ms - (clock.now() - (token?.expiresAt ?? 0)) : 0;`,
    }],
  },
  {
    rule: "a lease is measured from the record's last change",
    harm: /overtaken/,
    changes: [{
      file: "shared/record.ts",
      text: "if (seen?.version !== version) seen = { version, since: clock.monotonic() };",
      by: "seen = { version, since: seen?.since ?? clock.monotonic() };",
    }],
  },
  {
    rule: "what is to be done is decided by the record under the lease, not by an earlier one",
    harm: /overwritten/,
    changes: [
      {
        file: "shared/turn.ts",
        text: "for (let pause = POLL_MIN;;",
        by: "let first: LeaseStep<T> | undefined;\n  for (let pause = POLL_MIN;;",
      },
      {
        file: "shared/turn.ts",
        text: "const step = await plan(entry);",
        by: "const step = first ??= await plan(entry);",
      },
    ],
  },
  {
    rule: "a fresh pair in the record is used",
    harm: /although it is fresh/,
    changes: [{
      file: "renewal/renewal.ts",
      text: "if (token && view.isUsable(token)) {",
      by: "if (token && isUnsaved && view.isUsable(token)) {",
    }],
  },
  {
    rule: "before it sends, the holder makes sure that the lease outlasts the call",
    harm: /overtaken/,
    changes: [{
      file: "shared/turn.ts",
      text: "return lasts() || (await save(current) && lasts());",
      by: "return true;",
    }],
  },
  {
    rule: "the holder makes sure again when it had to take the lease anew",
    harm: /overtaken/,
    changes: [{ file: "shared/turn.ts", text: "(await save(current) && lasts())", by: "(await save(current))" }],
    options: { pauses: 3 },
  },
  {
    rule: "the holder counts its lease from before it was written",
    harm: /overtaken/,
    changes: [{
      file: "shared/turn.ts",
      text: "let takenAt = clock.monotonic();\n  let version = await record.write(current, over);",
      by: "let version = await record.write(current, over);\n  let takenAt = clock.monotonic();",
    }],
  },
  {
    rule: "the holder takes its mark back when it is too late to send",
    harm: /a login, although/,
    changes: [{
      file: "renewal/renewal.ts",
      text: "return await turn.save(known).then(() => undefined);",
      by: "return undefined;",
    }],
    options: { pauses: 3 },
  },
  {
    rule: "the token is marked before it is sent",
    harm: /a second time/,
    changes: [{
      file: "shared/record.ts",
      text: "JSON.stringify({ v: VERSION, ...record })",
      by: "JSON.stringify({ v: VERSION, ...record, inFlight: undefined })",
    }],
    options: { credentials: false },
  },
  {
    rule: "a token that is marked is not sent",
    harm: /a second time/,
    changes: [{
      file: "renewal/renewal.ts",
      text: "return known.inFlight !== name ||",
      by: "return name !== undefined ||",
    }],
  },
  {
    rule: "a token whose answer did not come stays marked",
    harm: /a second time/,
    changes: [{
      file: "wire/token_call.ts",
      text: "(sent === false || status === 503)",
      by: "(sent === false || status !== 200)",
    }],
  },
  {
    rule: "a pair is stored before it is used",
    harm: /login, although|not in the record/,
    changes: [{
      file: "shared/keeper.ts",
      text: "if (await lease.save(withToken(before))) return use(token);",
      by: "if (before) return use(token);",
    }],
  },
  {
    rule: "a late pair is stored where the record still has the token that it came from",
    harm: /there is no other/,
    changes: [{
      file: "shared/keeper.ts",
      text: "if (!isSame) return",
      by: "if (now) return",
    }],
  },
  {
    rule: "a late pair is stored nowhere else",
    harm: /overwritten/,
    changes: [{
      file: "shared/keeper.ts",
      text: "if (!isSame) return",
      by: "if (!now) return",
    }],
  },
  {
    rule: "a late pair that is not stored is ended",
    harm: /not in the record/,
    changes: [{
      file: "renewal/renewal.ts",
      text: "if (kept !== fresh && !isShared(fresh, kept)) await grants.end?.(fresh, context).catch(() => {});",
      by: "",
    }],
  },
  {
    rule: "whoever has done its work gives the lease back",
    harm: /left its lease/,
    changes: [{ file: "shared/turn.ts", text: ".finally(lease.release)", by: "" }],
    options: { credentials: false },
  },
];
