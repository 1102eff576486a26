import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Cleanup } from './cleanup.ts'
import { connect, openHome, plugIn, WAN, type Home } from './home.ts'
import { openNamespace, stopProcess, waitUntilReady, type Namespace } from './namespace.ts'
import { openScratchFolder } from './scratch.ts'

/** Who answers HTTP where, each with its own name. */
export const places = {
  internet: '203.0.113.80:80',
  neighbour: '192.168.77.9:80',
  router: '192.168.77.1:80',
  /** The router, too, at its address of the internet: whoever asks from within is answered. */
  line: '203.0.113.1:80',
  metadata: '169.254.169.254:80',
  machine: '192.168.77.2:8099',
} as const

type Place = keyof typeof places

/** Makes namespaces for device, router, neighbour and internet, and starts a server at each place. */
export async function openHomeNetwork(cleanup: Cleanup): Promise<Home> {
  const home = openHome(cleanup)
  const { device, router } = home
  const [neighbour, internet] = [openNamespace(cleanup), openNamespace(cleanup)]
  plugIn(router, { port: 'p1', computer: neighbour, address: '192.168.77.9/24' })
  connect(router, { port: WAN, other: internet, address: '203.0.113.80/24' })
  router.run('ip', 'address', 'add', '203.0.113.1/24', 'dev', WAN)
  router.run('ip', 'address', 'add', '169.254.169.254/32', 'dev', 'lo')
  const homes = { internet, neighbour, router, line: router, metadata: router, machine: device }
  for (const [place, where] of Object.entries(homes)) await serve(where, place as Place, cleanup)
  const names53 = router.start(process.execPath, [
    join(import.meta.dirname, 'name-server.ts'),
    '203.0.113.80',
  ])
  cleanup.add(() => stopProcess(names53))
  await waitUntilReady(names53, async () => router.run('cat', '/proc/net/udp').includes(':0035'))
  return home
}

/** Starts a server that answers with the place's name; on all addresses where it is the device itself. */
async function serve(home: Namespace, place: Place, cleanup: Cleanup): Promise<void> {
  const folder = join(openScratchFolder(cleanup), place)
  mkdirSync(folder)
  writeFileSync(join(folder, 'name'), place)
  const [address = '', port = ''] = places[place].split(':')
  const listen = place === 'machine' ? port : `${address}:${port}`
  const child = home.start('busybox', ['httpd', '-f', '-p', listen, '-h', folder])
  cleanup.add(() => stopProcess(child))
  await waitUntilReady(child, async () => isServing(home, places[place]))
}

function isServing(home: Namespace, place: string): boolean {
  try {
    home.run('busybox', 'wget', '-q', '-O', '-', `http://${place}/name`)
    return true
  } catch {
    return false
  }
}
