/** Serves the API over objects in memory, to try clients on: `node serve-memory.ts PORT`. */

import { openMotoServer } from './moto-server.ts'

const server = await openMotoServer(Number(process.argv[2] ?? 0))
process.stdout.write(`${server.url}\n`)
process.once('SIGTERM', () => process.exit())
