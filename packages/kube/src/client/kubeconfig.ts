import type { AgentOptions, RequestOptions } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'

import type { KubeConfig } from '@kubernetes/client-node'
import { Agent, fetch, type buildConnector, type Dispatcher, type Response } from 'undici'

import { StatusError, type Status } from '../status-error.ts'
import { ApiUnreachableError, InvalidKubeconfigError } from './errors.ts'
import type { ApiCall } from './transport.ts'

/** A server that a kubeconfig names, and the ways to ask it as its user. */
export type Kubeconfig = {
  /** Its URL. */
  readonly server: string
  /**
   * Returns an answer that is none of refusal.
   *
   * @throws {@link StatusError} where the server refuses; {@link ApiUnreachableError} where nobody answers.
   */
  readonly send: (call: ApiCall) => Promise<Response>
  /** Returns who asks and whom they trust, for a connection of one's own. */
  readonly httpsOptions: () => Promise<RequestOptions>
  readonly close: () => Promise<void>
}

/**
 * Opens what a kubeconfig names; the official client reads it, and speaks for its user: certificate, token, command or proxy. It is
 * loaded here, since that takes half a second and 90 MB.
 *
 * @throws {@link InvalidKubeconfigError}
 */
export async function openKubeconfig(kubeconfig: string): Promise<Kubeconfig> {
  const { HttpMethod, KubeConfig, RequestContext } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  try {
    config.loadFromString(kubeconfig)
  } catch (failure) {
    throw new InvalidKubeconfigError(failure)
  }
  const server = config.getCurrentCluster()?.server ?? ''
  if (!URL.canParse(server)) throw new InvalidKubeconfigError(undefined)
  /** By whom they trust and what they show: a certificate may be followed by another one. */
  const dispatchers: Dispatchers = new Map()

  async function send(call: ApiCall): Promise<Response> {
    const url = new URL(`${server}${call.path}?${new URLSearchParams(call.query).toString()}`)
    const context = new RequestContext(url.href, HttpMethod.GET)
    const headers = {
      accept: 'application/json',
      ...(call.body && { 'content-type': call.body.mediaType }),
    }
    try {
      await config.applySecurityAuthentication(context)
      const dispatcher = await findDispatcher(dispatchers, config, context.getDispatcher())
      return await fetch(url, {
        method: call.method,
        headers: { ...context.getHeaders(), ...headers },
        ...(call.body && { body: JSON.stringify(call.body.json) }),
        ...(dispatcher && { dispatcher }),
        ...(call.signal && { signal: call.signal }),
      })
    } catch (failure) {
      throw new ApiUnreachableError(server, failure)
    }
  }

  return {
    server,
    send: (call) => askUntilTold(server, send, call),
    httpsOptions: async () => {
      const options: RequestOptions = {}
      await config.applyToHTTPSOptions(options)
      return options
    },
    close: async () => {
      await Promise.all([...dispatchers.values()].map(async (dispatcher) => dispatcher?.destroy()))
    },
  }
}

/** As often as the official client for Go asks, where a server says when to ask again. */
const MOST_ATTEMPTS = 10

/** Returns after how many milliseconds a question is to be asked again: a server that has just been told of a kind, or has much to do, says 429 and when. */
function waitOf({ method }: ApiCall, { status, headers }: Response): number | undefined {
  const said = headers.get('retry-after') ?? ''
  return method === 'GET' && status === 429 && /^\d{1,2}$/.test(said)
    ? Number(said) * 1000
    : undefined
}

async function askUntilTold(
  server: string,
  send: (call: ApiCall) => Promise<Response>,
  call: ApiCall,
): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(call)
    if (response.ok) return response
    const text = await response.text()
    const waitMs = attempt < MOST_ATTEMPTS ? waitOf(call, response) : undefined
    if (waitMs === undefined) throw new StatusError(parseStatus(text, response.status))
    const rest = delay(waitMs, undefined, call.signal && { signal: call.signal })
    await rest.catch((failure: unknown) => {
      throw new ApiUnreachableError(server, failure)
    })
  }
}

type Dispatchers = Map<string, Dispatcher | undefined>

/** All calls and watches share a connection. One that died without a word is found out within twice this, and made anew: milliseconds. */
const PING_MS = 10_000

/** The client makes a new one for each call, which would be a connection for each call: the first of those that are alike is used. */
async function findDispatcher(
  known: Dispatchers,
  config: KubeConfig,
  made: Dispatcher | undefined,
): Promise<Dispatcher | undefined> {
  const options: AgentOptions = {}
  await config.applyToHTTPSOptions(options)
  const wanted = config.createDispatcherOptions(config.getCurrentCluster(), options)
  const key = JSON.stringify(wanted)
  if (!known.has(key)) {
    const isOwn = wanted.type === 'agent'
    known.set(key, isOwn ? createAgent(wanted.connect as buildConnector.BuildOptions) : made)
  }
  return known.get(key)
}

function createAgent(connect: buildConnector.BuildOptions): Dispatcher {
  return new Agent({ connect, h2Options: { pingInterval: PING_MS } })
}

/** Returns what a server said of a failure. */
export function parseStatus(text: string, code: number): Status {
  try {
    const status = JSON.parse(text) as Status
    if (typeof status.status === 'string') return status
  } catch {
    // Something in between answered: what it said is the message.
  }
  const message = text.slice(0, 500)
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code }
}
