/**
 * Does what a session does, by hand, prints the time and is done: what `by_session.ts` is compared with.
 *
 *   deno run --allow-net=127.0.0.1 by_hand.ts <origin of the emulator>
 */
const [baseUrl = ""] = Deno.args;

const answer = await fetch(`${baseUrl}/auth/login`, { headers: { authorization: `Basic ${btoa("login:password")}` } });
const { token } = await answer.json();
const response = await fetch(`${baseUrl}/file/group?size=1`, { headers: { authorization: `Bearer ${token}` } });
await response.body?.cancel();
console.log(response.status);
console.log(Date.now());
