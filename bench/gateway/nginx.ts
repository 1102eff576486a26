import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'

import type { Part } from './part.ts'

/** The file that is asked for in bulk. */
export const BULK_BYTES = 10_000_000

/** A block `server` of nginx's configuration for a port, and what has to stand beside it. */
export type NginxServer = (port: number) => { readonly server: string; readonly upstream?: string }

/** Starts an nginx with one worker; its folder is where its files lie. */
export async function startNginx(folder: string, describe: NginxServer): Promise<Part> {
  const port = await findFreePort()
  const { server, upstream = '' } = describe(port)
  const file = join(folder, `nginx-${port}.conf`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${file}.pid; error_log ${file}.log warn;
    ${process.getuid?.() === 0 ? 'user root;' : ''} worker_rlimit_nofile 16000;
    events { worker_connections 12000; }
    http { access_log off; ${temporary} keepalive_requests 100000000; keepalive_timeout 600s;
      ${upstream} ${server} }`,
  )
  const child = spawn('nginx', ['-c', file, '-e', `${file}.log`], { stdio: 'inherit' })
  const failed = once(child, 'exit').then(([code]): never => {
    throw new Error(`nginx ended with ${String(code)}; see ${file}.log.`)
  })
  failed.catch(() => {})
  await Promise.race([untilListening(port), failed])
  return {
    port,
    pid: child.pid ?? 0,
    close: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Returns the origin that all paths lead to: a small and a large file, sent as Debian's package sets nginx up. */
export function makeOrigin(folder: string): NginxServer {
  const files = join(folder, 'files')
  mkdirSync(files)
  writeFileSync(join(files, 'small'), 'x'.repeat(200))
  writeFileSync(join(files, 'bulk'), randomBytes(BULK_BYTES))
  return (port) => ({
    server: `server { listen 127.0.0.1:${port} backlog=4096; root ${files}; sendfile on; tcp_nopush on; }`,
  })
}

/** Returns a hop to another port, as nginx's manual has it: connections to it are kept open. */
export function makeHop(
  target: number,
  {
    listen = '',
    scheme = 'http',
    ssl = '',
  }: { listen?: string; scheme?: string; ssl?: string } = {},
): NginxServer {
  return (port) => ({
    upstream: `upstream target { server 127.0.0.1:${target}; keepalive 64; keepalive_requests 100000000; }`,
    server: `server { listen 127.0.0.1:${port} ${listen} backlog=4096; ${ssl}
      location / { proxy_pass ${scheme}://target; proxy_http_version 1.1; proxy_set_header Connection ''; } }`,
  })
}

/**
 * Asserts that there is somebody to compare with, and something to load with.
 *
 * @throws where one of them is not installed, with the command that installs it.
 */
export function assertRivals(): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const missing = ['nginx', 'wrk'].filter(
    (name) => !folders.some((folder) => existsSync(join(folder, name))),
  )
  if (missing.length === 0) return
  throw new Error(
    `${missing.join(' and ')} not on the PATH: there is nobody to compare with. On Debian: apt-get install nginx-light wrk`,
  )
}

/** Returns a port that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function untilListening(port: number): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return
    await new Promise((resolve) => {
      setTimeout(resolve, 25)
    })
  }
  throw new Error(`nginx does not listen on port ${port}.`)
}
