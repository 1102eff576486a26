import { makeImageLayout } from '../src/first-app/image-layout.ts'
import { openRegistry, type Registry } from '../src/first-app/registry.ts'

/** Where Debian's package `busybox-static` has it. */
const busybox = '/bin/busybox'

/** Programs of busybox that kubectl and the tests run in containers. */
const applets =
  'sh tar cat httpd ls echo sleep stty mkdir wc chmod mv rm id wget nc date df stat dd head tail touch rmdir readlink'.split(
    ' ',
  )

/** As process 1 of its container it listens to no signal: it is there until its grace is over. */
const untilKilled = ['/bin/httpd', '-f', '-v', '-p', '80', '-h', '/app']

/** Ends when it is asked to. */
export const untilAsked = [
  '/bin/sh',
  '-c',
  `trap 'exit 0' TERM; ${untilKilled.join(' ')} & while :; do wait; done`,
]

/** Serves, on any port of loopback, an image that answers on port 80 and has what `kubectl cp` needs; nothing is taken from a network. */
export async function serveToolsImage(
  folder: string,
  {
    architecture = process.arch === 'x64' ? 'amd64' : process.arch,
    page = import.meta.filename,
    command = untilKilled,
  }: {
    readonly architecture?: string
    readonly page?: string
    readonly command?: readonly string[]
  } = {},
): Promise<Registry> {
  const programs = applets.map((applet) => ({ path: `bin/${applet}`, source: busybox }))
  const layout = await makeImageLayout(folder, {
    files: [...programs, { path: 'app/index.html', source: page }],
    architecture,
    command,
  })
  return openRegistry(layout, { name: 'tools', port: 0 })
}
