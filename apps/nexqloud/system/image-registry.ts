/** The registry of one image as a process, which a test starts inside a device's network: folder, digest, name, port. */

import { openRegistry } from '../src/first-app/registry.ts'

const [folder = '', digest = '', name = '', port = ''] = process.argv.slice(2)
await openRegistry({ folder, digest }, { name, port: Number(port) })
