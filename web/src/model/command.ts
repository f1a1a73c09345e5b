/** A word as a shell takes it. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command as a shell takes it. */
export function commandLine(command: readonly string[]): string {
  return command.map(quote).join(" ");
}
