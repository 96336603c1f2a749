/**
 * What happens to a refresh token that is exchanged. `on`: it dies, another comes. `family`: so too, and whoever sends
 * a dead one ends the session. `overlap`: so too, but the one before the newest works once more for a while. `off`: it
 * stays the same.
 */
export type Rotation = "on" | "family" | "overlap" | "off";
