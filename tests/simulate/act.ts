import type { Call } from "./call.ts";
import { startCall } from "./calls.ts";
import { changePassword, passwordInForce } from "./password.ts";
import type { Process } from "./process.ts";
import type { Step } from "./scenario.ts";
import { kill, startProcess } from "./start.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** Lets one thing happen. */
export async function act(world: World, step: Step): Promise<void> {
  const { stage, slots, server, scenario } = world;
  const slot = "at" in step ? step.at % slots.length : 0;
  const process = slots[slot]!;
  switch (step.do) {
    case "nothing":
      return;
    case "call":
      for (let times = 0; times < step.times; times++) startCall(world, process, step.kind);
      return;
    case "abort":
      return await abort(world, step.which);
    case "pause":
      return await stage.pause(step.ms);
    case "rest":
      await stage.rest();
      return await stage.pause(step.ms);
    case "jump":
      stage.note(`${process.name}'s clock jumps by ${step.ms / 1000} s`);
      process.skew += step.ms;
      process.skews.push(process.skew);
      return;
    case "fault":
      stage.note(`from now on: ${step.fault}, ${step.times} of ${step.target}, after ${step.skip}, ${step.ms} ms`);
      return server.strike(step);
    case "revoke":
      stage.note(`the server takes back all ${step.what}`);
      if (step.what === "access tokens") return server.emulator.revokeAccessTokens();
      return server.emulator.revokeRefreshTokens();
    case "store fails":
      stage.note(`${process.store.name}: ${step.operation} fails ${step.times} times`);
      if (step.operation === "read") process.store.failingReads = step.times;
      else process.store.failingWrites = step.times;
      process.store.writesAnyway = step.operation === "write that is made";
      return;
    case "store works":
      for (const { store } of slots) Object.assign(store, { failingReads: 0, failingWrites: 0 });
      return;
    case "logout":
      if (!process.loggedOut) logOut(world, process);
      return;
    case "change password":
      if (!world.processes.some(({ changing, dead }) => changing && !dead) && scenario.strategy.startsWith("login")) {
        await changePassword(world, process);
      }
      return;
    case "restart":
      return await restart(world, slot, step.how);
  }
}

/** Logs a session out. */
export function logOut(world: World, process: Process): Call {
  const call = startCall(world, process, "logout", () => process.session.logout());
  process.loggedOut = true;
  return call;
}

async function abort({ calls, stage }: World, which: number): Promise<void> {
  const waiting = calls.filter(({ ended, process, kind }) =>
    !ended && !process.dead && kind !== "logout" && kind !== "change password" && kind !== "close"
  );
  const call = waiting[which % waiting.length];
  if (!call) return;
  stage.note(`${call.process.name} ${call.name} is aborted`);
  call.signal.abort(new Error("the caller has had enough"));
  await stage.settle();
  if (!call.ended) throw new Violation("an abort ends the caller's waiting at once", `not that of ${call.name}`);
}

async function restart(world: World, slot: number, how: "killed" | "closed"): Promise<void> {
  const { stage, slots, scenario, vault } = world;
  const old = slots[slot]!;
  if (how === "killed") {
    stage.note(`${old.name} is killed`);
    kill(world, old);
    vault.password = await passwordInForce(world);
  } else {
    const closing = () =>
      old.session[Symbol.asyncDispose]().finally(() => stage.turn("exit").then(() => kill(world, old)));
    startCall(world, old, "close", closing);
  }
  const isFresh = scenario.store === "private" && world.seeds.length === 0;
  const store = isFresh ? world.newStore() : old.store;
  slots[slot] = startProcess(world, store, world.seeds[slot], scenario.sessions[slot]!);
}
