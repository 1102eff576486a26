import { readFile } from 'node:fs/promises'

/** Whether a program of a process's network listens at a TCP port; false where that cannot be seen. */
export type LookAtPort = (pid: number, port: number) => Promise<boolean>

/** A socket that listens (proc_pid_net(5), `st` 0A): its own address and port, and nobody's. */
const LISTENING = /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:0000 0A /gm

/** The kernel's words in a folder of files, as `/` has them. */
export function createPortLook(root: string): LookAtPort {
  return async (pid, port) => {
    const wanted = port.toString(16).toUpperCase().padStart(4, '0')
    const tables = await Promise.all(
      ['tcp', 'tcp6'].map((table) =>
        readFile(`${root}/proc/${pid}/net/${table}`, 'utf8').catch(() => ''),
      ),
    )
    const found = tables.flatMap((text) => [...text.matchAll(LISTENING)])
    return found.some(([, listening]) => listening === wanted)
  }
}
