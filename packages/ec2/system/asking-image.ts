import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { makeImageLayout } from '../../../apps/nexqloud/src/first-app/image-layout.ts'
import { openRegistry, type Registry } from '../../../apps/nexqloud/src/first-app/registry.ts'

/** Where Debian's package `busybox-static` has it. */
const busybox = '/bin/busybox'
const applets = ['sh', 'httpd', 'timeout', 'wget']

/** What visitors of an instance of it ask for: who answers at a URL, seen from within. */
export const ASKING_PATH = '/cgi-bin/ask'

/** What is answered where nobody does. */
export const NOBODY = 'nobody'

/** Serves, on any port of loopback, an image that asks a URL whenever somebody asks it on port 80. */
export async function serveAskingImage(folder: string, url: string): Promise<Registry> {
  const script = join(folder, 'ask')
  const asks = `/bin/timeout 1 /bin/wget -q -O - ${url} || echo ${NOBODY}`
  // Node.js reads no header that ends without a carriage return.
  const head = String.raw`printf 'Content-Type: text/plain\r\n\r\n'`
  writeFileSync(script, `#!/bin/sh\n${head}\n${asks}\n`)
  const layout = await makeImageLayout(join(folder, 'layout'), {
    files: [
      ...applets.map((applet) => ({ path: `bin/${applet}`, source: busybox })),
      { path: 'app/cgi-bin/ask', source: script },
    ],
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    command: ['/bin/httpd', '-f', '-p', '80', '-h', '/app'],
  })
  return openRegistry(layout, { name: 'asking', port: 0 })
}
