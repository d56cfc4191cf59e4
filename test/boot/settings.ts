/** The installer's file of the boot tests. */
/** Under emulation only long periods are met; and there are no public lists to ask. */
const COMMON = `[directories]
public = false

[sound]
period-frames = 256
periods = 4

[profile]
name = "Boot test"
city = "Wellington"
`;

export function installerFile(server: { readonly address: string; readonly name: string }): string {
  return `[server]\naddress = "${server.address}"\nname = "${server.name}"\n\n${COMMON}`;
}

/** Of a box that hosts the room that it plays in, and tells its numbers. */
export function hostFile(name: string): string {
  return `${COMMON}\n[room]\nenabled = true\nname = "${name}"\n\n[page]\nmetrics = true\n`;
}
