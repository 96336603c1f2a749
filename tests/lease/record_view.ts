/** The parts of a record that the rules are about. */
export interface RecordView {
  readonly token?: { readonly refresh?: string };
  readonly inFlight?: unknown;
  readonly lease?: { readonly holder: string };
}

/** Reads a record. */
export function readView(data: string): RecordView {
  return JSON.parse(data);
}

/** A record, for short. */
export function summaryOf({ token, inFlight, lease }: RecordView): string {
  const parts = [token?.refresh ?? "no pair", inFlight ? "in flight" : "", lease ? `lease of ${lease.holder}` : ""];
  return parts.filter((part) => part !== "").join(", ");
}
