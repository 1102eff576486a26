import type { AssignedPod, Assignment } from '../protocol/assignment.ts'
import { instanceOf } from '../protocol/pod-reference.ts'
import type { Restarts } from '../reconcile/container-memory.ts'
import { AssignmentStaleError, type BookUnsavedError } from './errors.ts'

/** A pod that the device holds. Credentials are not among what is kept. */
export type HeldPod = Omit<AssignedPod, 'credentials'>

/** What an agent has to remember: it is obeyed after a restart, also without a network. */
export type Book = {
  readonly term: number
  readonly pods: readonly HeldPod[]
  /** The highest token that was heard of, by instance; those heard of last are last. */
  readonly fences: Readonly<Record<string, number>>
  /** By uid and container: `kubectl` shows it, and it never falls. */
  readonly restarts: Readonly<Record<string, Restarts>>
}

/** What follows from an assignment: what is obeyed from now on, and the uids of its pods that were not taken. */
export type AppliedAssignment = {
  readonly book: Book
  readonly fenced: readonly string[]
  /** Why it could not be stored, where it could not: then the book has nothing new in it. */
  readonly unsaved?: BookUnsavedError
}

/** Instances that the device does not hold and still knows the token of. */
const MOST_FENCES = 4096

/** Returns the book of a device that was never told anything. */
export function createBook(): Book {
  return { term: 0, pods: [], fences: {}, restarts: {} }
}

/**
 * Returns the book after an assignment, and the uids of its pods that were not taken: of each instance the highest token
 * that was ever heard of owns it.
 *
 * @throws {@link AssignmentStaleError} where another masternode drives the device since.
 */
export function applyAssignment(
  book: Book,
  { term, pods, fenced = [] }: Assignment,
): AppliedAssignment {
  if (term < book.term) throw new AssignmentStaleError({ term, current: book.term })
  const fences = raiseFences(book.fences, [...pods, ...fenced])
  const owns = (pod: HeldPod): boolean => pod.token >= (fences[instanceOf(pod)] ?? 0)
  const named = new Set(pods.map(instanceOf))
  // One whose instance is named only with a lower token is held on: that one does not win.
  const taken = pods.filter(owns).map(withoutCredentials)
  const uids = new Set(taken.map(({ uid }) => uid))
  const overtaken = book.pods.filter(
    (pod) => named.has(instanceOf(pod)) && owns(pod) && !uids.has(pod.uid),
  )
  const held = uniqueInstances([...taken, ...overtaken])
  const kept = new Set(held.map(({ uid }) => uid))
  return {
    book: { term, pods: held, fences, restarts: keepRestarts(book.restarts, kept) },
    fenced: pods.filter(({ uid }) => !kept.has(uid)).map(({ uid }) => uid),
  }
}

/**
 * Returns what is obeyed where the book after an assignment cannot be stored: what ends by it ends, or a full disk would never get room;
 * nothing of it begins.
 */
export function endOnly(before: Book, after: Book): Book {
  const kept = new Set(after.pods.map(({ uid }) => uid))
  return { ...before, pods: before.pods.filter(({ uid }) => kept.has(uid)) }
}

type Fence = { readonly namespace: string; readonly name: string; readonly token: number }

function raiseFences(
  fences: Book['fences'],
  heard: readonly Fence[],
): Readonly<Record<string, number>> {
  const raised = new Map(Object.entries(fences))
  for (const fence of heard) {
    const instance = instanceOf(fence)
    const token = Math.max(fence.token, raised.get(instance) ?? 0)
    raised.delete(instance)
    raised.set(instance, token)
  }
  const most = MOST_FENCES + heard.length
  return Object.fromEntries([...raised].slice(-most))
}

/** An instance is one pod: the first of those with its highest token. */
function uniqueInstances(pods: readonly HeldPod[]): readonly HeldPod[] {
  const found = new Map<string, HeldPod>()
  for (const pod of pods) {
    const instance = instanceOf(pod)
    if ((found.get(instance)?.token ?? -1) < pod.token) found.set(instance, pod)
  }
  return [...found.values()]
}

function keepRestarts(restarts: Book['restarts'], kept: ReadonlySet<string>): Book['restarts'] {
  const entries = Object.entries(restarts)
  return Object.fromEntries(entries.filter(([key]) => kept.has(key.split('/')[0] ?? '')))
}

function withoutCredentials(pod: AssignedPod): HeldPod {
  const { credentials: _, ...held } = pod
  return held
}
