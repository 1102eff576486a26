import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Cleanup } from './cleanup.ts'
import { openNamespace, stopProcess, waitUntilReady, type Namespace } from './namespace.ts'
import { openScratchFolder } from './scratch.ts'

/** A device at home: behind a router, beside another computer, with the internet on the router's other side. */
export type HomeNetwork = {
  readonly device: Namespace
  readonly router: Namespace
}

/** Who answers HTTP where, each with its own name. */
export const places = {
  internet: '203.0.113.80:80',
  neighbour: '192.168.77.9:80',
  router: '192.168.77.1:80',
  metadata: '169.254.169.254:80',
  machine: '192.168.77.2:8099',
} as const

type Place = keyof typeof places

export const RESOLVER = '192.168.77.1'

/** Makes namespaces for device, router, neighbour and internet, and starts a server at each place. */
export async function openHomeNetwork(cleanup: Cleanup): Promise<HomeNetwork> {
  const names = ['device', 'router', 'neighbour', 'internet'] as const
  const [device, router, neighbour, internet] = names.map(() => openNamespace(cleanup)) as [
    Namespace,
    Namespace,
    Namespace,
    Namespace,
  ]
  router.run('ip', 'link', 'add', 'lan0', 'type', 'bridge')
  for (const [port, home, address] of [
    ['p0', device, '192.168.77.2/24'],
    ['p1', neighbour, '192.168.77.9/24'],
  ] as const) {
    connect(router, { port, other: home, address })
    router.run('ip', 'link', 'set', port, 'master', 'lan0')
    home.run('ip', 'route', 'add', 'default', 'via', RESOLVER)
  }
  connect(router, { port: 'w0', other: internet, address: '203.0.113.80/24' })
  router.run('ip', 'address', 'add', '192.168.77.1/24', 'dev', 'lan0')
  router.run('ip', 'address', 'add', '203.0.113.1/24', 'dev', 'w0')
  router.run('ip', 'address', 'add', '169.254.169.254/32', 'dev', 'lo')
  router.run('ip', 'link', 'set', 'lan0', 'up')
  router.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
  router.run(
    'nft',
    'table ip nat { chain out { type nat hook postrouting priority srcnat; oifname "w0" masquerade; }; }',
  )
  const homes = { internet, neighbour, router, metadata: router, machine: device }
  for (const [place, home] of Object.entries(homes)) await serve(home, place as Place, cleanup)
  const names53 = router.start(process.execPath, [
    join(import.meta.dirname, 'name-server.ts'),
    '203.0.113.80',
  ])
  cleanup.add(() => stopProcess(names53))
  await waitUntilReady(names53, async () => router.run('cat', '/proc/net/udp').includes(':0035'))
  return { device, router }
}

function connect(
  router: Namespace,
  { port, other, address }: { port: string; other: Namespace; address: string },
): void {
  router.run('ip', 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'e0', 'netns', other.name)
  router.run('ip', 'link', 'set', port, 'up')
  other.run('ip', 'address', 'add', address, 'dev', 'e0')
  other.run('ip', 'link', 'set', 'e0', 'up')
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
