import { createEmulator as createUnjudged, type Emulator, type EmulatorOptions } from "@xsignals/emulator";
import { tell } from "./judge.ts";

/** Makes an emulator whose every answer is judged. Replaces the emulator's own function: see `judge_emulators.ts`. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const { onResponse = () => {} } = options;
  if (typeof onResponse !== "function") return createUnjudged(options); // which throws
  return createUnjudged({
    ...options,
    onResponse(response, entry) {
      tell({ host: entry.host, operation: entry.operation, response });
      onResponse(response, entry);
    },
  });
}
