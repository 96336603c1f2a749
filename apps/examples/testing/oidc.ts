/** Stands in for `jsr:@deno/oidc`: asks the issuer at `OIDC_ISSUER` as Deno Deploy's own function asks its platform. */
export async function getIdToken(audience: string): Promise<string> {
  const answer = await fetch(`${Deno.env.get("OIDC_ISSUER")}/token?${new URLSearchParams({ audience })}`);
  return await answer.text();
}
