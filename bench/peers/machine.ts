/** What the numbers were taken on. */
export interface Machine {
  readonly cores: number;
  /** In GiB. */
  readonly memory: number;
  readonly os: string;
  readonly deno: string;
  readonly node: string;
}

/** Looks at this machine. */
export async function describeMachine(): Promise<Machine> {
  const { stdout } = await new Deno.Command("node", { args: ["--version"] }).output();
  return {
    cores: navigator.hardwareConcurrency,
    memory: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    os: `${Deno.build.os}, ${Deno.build.arch}`,
    deno: Deno.version.deno,
    node: new TextDecoder().decode(stdout).trim().slice(1),
  };
}
