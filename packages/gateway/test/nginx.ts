/** An nginx in front of a port, as Debian has it. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { findFreePort } from './scene.ts'

/** Starts one that passes each request to a port once it has all of it. */
export async function startNginx(
  target: number,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const port = await findFreePort()
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-nginx-'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/log crit;
    ${process.getuid?.() === 0 ? 'user root;' : ''} events { worker_connections 512; }
    http { access_log off; ${temporary} client_max_body_size 0; large_client_header_buffers 4 64k;
      server { listen 127.0.0.1:${port};
        location / { proxy_pass http://127.0.0.1:${target}; proxy_http_version 1.1; proxy_ignore_client_abort on; } } }`,
  )
  const files = ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'log')]
  const child = spawn('/usr/sbin/nginx', files, { stdio: 'inherit' })
  while (!(await isOpen(port))) if (child.exitCode !== null) throw new Error('nginx has ended.')
  return {
    port,
    close: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
