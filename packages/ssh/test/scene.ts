import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

import { createManualClock } from '@nexqloud/kernel'
import ssh2, { type ClientChannel, type ConnectConfig } from 'ssh2'
import { onTestFinished } from 'vitest'

import {
  createHostKeys,
  openSshHall,
  writeOpenSshKey,
  type LoginAttempt,
  type SshHall,
  type SshHallParts,
} from '../src/index.ts'
import { createMemoryShell, programs, type MemoryContainer } from './memory-shell.ts'

/** The instance that everybody visits. */
const INSTANCE = 'lab/i-1'

/** A key pair of somebody. */
export type UserKey = { readonly private: string; readonly line: string }

/** Returns a new key. */
export function createUserKey(type: 'ed25519' | 'rsa' = 'ed25519'): UserKey {
  const pem =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
          type: 'pkcs1',
          format: 'pem',
        })
      : writeOpenSshKey(generateKeyPairSync('ed25519').privateKey)
  const parsed = ssh2.utils.parseKey(pem)
  if (parsed instanceof Error) throw parsed
  return {
    private: pem,
    line: `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`,
  }
}

/** A hall with a door on loopback, and a client's ways to it. */
export type Scene = {
  readonly hall: SshHall
  readonly clock: ReturnType<typeof createManualClock>
  readonly attempts: readonly LoginAttempt[]
  readonly port: number
  readonly key: UserKey
  /** Rejects where it is not let in. */
  readonly login: (config?: Partial<ConnectConfig>) => Promise<ssh2.Client>
  /** Returns a connection that says nothing by itself. */
  readonly dial: () => Promise<Socket>
}

type SceneOptions = Partial<Omit<SshHallParts, 'clock'>> & {
  readonly container?: Partial<MemoryContainer>
  readonly key?: UserKey
}

/** Opens a hall at whose only instance one key may enter. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const { container, key = createUserKey(), ...parts } = options
  const clock = createManualClock()
  const attempts: LoginAttempt[] = []
  const hall = openSshHall({
    clock,
    hostKeyOf: createHostKeys(Buffer.from('secret')),
    findEntry: (instance, _user, { line }) =>
      instance === INSTANCE && key.line.startsWith(line) ? { by: 'key pair mine' } : undefined,
    shell: createMemoryShell({ [INSTANCE]: { programs, ...container } }),
    namesOf: () => ['i-1.lab.example'],
    onAttempt: (attempt) => attempts.push(attempt),
    ...parts,
  })
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) =>
    hall.visit(socket, INSTANCE),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    hall.close()
    server.close()
  })
  return {
    hall,
    clock,
    attempts,
    port,
    key,
    login: async (config) => {
      const client = new ssh2.Client()
      const ready = once(client, 'ready')
      client.connect({ host: '127.0.0.1', port, username: 'ec2-user', ...of(key), ...config })
      client.setNoDelay(true)
      onTestFinished(() => void client.end())
      const refused = once(client, 'close').then(() => Promise.reject(new Error('It was closed.')))
      await Promise.race([ready, refused])
      refused.catch(() => {})
      client.on('error', () => {})
      return client
    },
    dial: async () => {
      const socket = connect({ host: '127.0.0.1', port })
      socket.on('error', () => {})
      onTestFinished(() => void socket.destroy())
      await once(socket, 'connect')
      return socket
    },
  }
}

/** Returns what a client is given to log in with a key. */
export function of({ private: privateKey }: UserKey): Pick<ConnectConfig, 'privateKey'> {
  return { privateKey }
}

/** What came of a command. */
export type Ran = { readonly stdout: string; readonly stderr: string; readonly code: number }

/** Runs a command to its end. */
export async function run(client: ssh2.Client, command: string, stdin = ''): Promise<Ran> {
  const channel = await exec(client, command)
  channel.end(stdin)
  return readToEnd(channel)
}

/** Starts a command. */
export function exec(
  client: ssh2.Client,
  command: string,
  options: ssh2.ExecOptions = {},
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, options, (failure, channel) =>
      failure === undefined ? resolve(channel) : reject(failure),
    )
  })
}

/** Reads what a channel says until it is closed. */
export async function readToEnd(channel: ClientChannel): Promise<Ran> {
  const ended = once(channel, 'close')
  const [stdout, stderr] = await Promise.all([text(channel), text(channel.stderr)])
  const [code] = (await ended) as [number]
  return { stdout, stderr, code }
}
