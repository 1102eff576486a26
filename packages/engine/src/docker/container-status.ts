import type { ContainerState, ContainerStatus } from '../container/container.ts'
import { OWNER_LABEL } from '../isolation/create-options.ts'
import type { ContainerAnswer } from './answers.ts'
import type { Dialect } from './dialect.ts'

/** The engines' words for a container's state; all others mean that it has ended. */
const states: Readonly<Record<string, ContainerState>> = {
  created: 'created',
  configured: 'created',
  initialized: 'created',
  running: 'running',
  paused: 'running',
  restarting: 'running',
  stopping: 'running',
}

/** Exit code of a process that was killed with SIGKILL, by whomever. */
const KILLED = 137

/** Returns the state that an engine's word means. */
export function readState(word: string): ContainerState {
  return states[word.toLowerCase()] ?? 'exited'
}

/** Returns a container's labels without ours. */
export function withoutOwner(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== OWNER_LABEL))
}

/** Returns a container's status from what the engine says of it. */
export function readContainerStatus(answer: ContainerAnswer, dialect: Dialect): ContainerStatus {
  const { State } = answer
  const state = readState(State.Status)
  const startedAtMs = readTime(State.StartedAt)
  const address = readAddress(answer)
  return {
    id: answer.Id,
    name: answer.Name.replace(/^\//, ''),
    image: answer.Image,
    state,
    labels: withoutOwner(answer.Config.Labels),
    createdAtMs: Date.parse(answer.Created),
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(state === 'running' && address !== undefined && { address }),
    ...(state === 'exited' && { exit: readExit(State, dialect) }),
  }
}

/** Returns a container's address in its network; nothing where it has none of its own. */
export function readAddress({
  NetworkSettings: { Networks },
}: Pick<ContainerAnswer, 'NetworkSettings'>): string | undefined {
  return Object.values(Networks ?? {})
    .map(({ IPAddress }) => IPAddress)
    .find((found) => found !== '')
}

function readExit(
  { ExitCode, OOMKilled, StartedAt, FinishedAt, Error: error }: ContainerAnswer['State'],
  { knowsOomKills }: Dialect,
): NonNullable<ContainerStatus['exit']> {
  const isKnown = knowsOomKills || ExitCode !== KILLED
  return {
    code: ExitCode,
    ...(isKnown && { isOomKilled: OOMKilled }),
    // Of one that ends at once, engines may write down the end before the start.
    finishedAtMs: Math.max(readTime(FinishedAt) ?? 0, readTime(StartedAt) ?? 0),
    ...(error !== '' && { error }),
  }
}

/** What has not happened is dated to the year 1. */
function readTime(text: string): number | undefined {
  const atMs = Date.parse(text)
  return atMs > 0 ? atMs : undefined
}
